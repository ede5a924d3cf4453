package match

import (
	"time"

	"qianshao/config/county"
)

// Memory keeps prints in memory and finds the same candidates as a Store: for dry runs, which must store nothing. It is not safe for concurrent use.
type Memory struct {
	*Keyer
	prints map[string]Print
	byTerm map[string][]string // ids in the order of arrival
}

// NewMemory makes an empty one.
func NewMemory(k *Keyer) *Memory {
	return &Memory{Keyer: k, prints: map[string]Print{}, byTerm: map[string][]string{}}
}

// Add keeps a print. Prints must come in the order of arrival.
func (m *Memory) Add(p Print) {
	m.prints[p.ID] = p
	for _, t := range p.Terms {
		m.byTerm[t] = append(m.byTerm[t], p.ID)
	}
}

// Candidates is Store.Candidates.
func (m *Memory) Candidates(p Print, th county.Match) []Print {
	from, to := p.Received.AddDate(0, 0, -th.Days), p.Received.Add(time.Millisecond)
	found, _ := m.candidates(p, func(a ask) (items []Print, never error) {
		ids := m.byTerm[a.term]
		for i := len(ids) - 1; i >= 0 && len(items) < a.limit; i-- {
			c := m.prints[ids[i]]
			if c.Received.Before(from) {
				break
			}
			if c.Received.Before(to) {
				items = append(items, c)
			}
		}
		return items, nil
	})
	return found
}
