// Package ledger is 清单台账: one row for each matter, in the columns of the profile, as a page, as an Excel file, and counted for the monthly and quarterly
// reports; the register of sites; and the county's ledger from before, taken in from a file.
// It owns the collections ledger_views, ledger_jobs, ledger_imports and ledger_old, and the blobs under "ledger/". It knows nothing of pages, and of tips
// nothing but the day of the first one of a case: no row can hold anything of who tipped.
package ledger
