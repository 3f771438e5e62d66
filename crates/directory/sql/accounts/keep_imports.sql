update accounts set keep_imports_months = $2
where id = $1
