package match

import (
	"slices"
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
	found, _ := m.candidates(p, remembered{m, th.Days}) // reads no disk
	return found
}

// Villages is Store.Villages.
func (m *Memory) Villages(tips []string) (out []string) {
	for _, id := range tips[:min(len(tips), mostAsked)] {
		if p := m.prints[id]; p.placed() && !slices.Contains(out, p.Village) {
			out = append(out, p.Village)
		}
	}
	return out
}

type remembered struct {
	*Memory
	days int
}

func (m remembered) under(p Print, a ask) (ids []string, never error) {
	from, to := p.Received.AddDate(0, 0, -m.days), p.Received.Add(time.Millisecond)
	for _, id := range slices.Backward(m.byTerm[a.term]) {
		received := m.prints[id].Received
		if received.Before(from) || len(ids) == a.limit {
			break
		}
		if received.Before(to) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (m remembered) read(ids []string) (found []Print, never error) {
	for _, id := range ids {
		found = append(found, m.prints[id])
	}
	return found, nil
}
