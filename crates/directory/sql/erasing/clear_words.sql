delete from staged_words
