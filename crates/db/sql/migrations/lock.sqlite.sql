select true as locked
