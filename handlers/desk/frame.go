package desk

import "time"

// Day says a day as people say it.
func (p *Pages) Day(t time.Time) string { return p.day(t) }

// Date says a day with its year, as it stands in a document.
func (p *Pages) Date(t time.Time) string { return p.date(t) }
