package sqlite

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qianshao/config/engine/docs"
)

const many = 100_000

// report gives the median and the 99th percentile of the times taken.
func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
	b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
}

func measure(b *testing.B, f func(i int) error) {
	b.Helper()
	took := make([]time.Duration, 0, b.N)
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if err := f(i); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	report(b, took)
}

// BenchmarkMany works on 100,000 documents of some 200 bytes with five indexes.
func BenchmarkMany(b *testing.B) {
	s := mustOpen(b, filepath.Join(b.TempDir(), "docs.db"))
	defer s.Close()
	start := time.Now()
	c := notes(b, s, many)
	b.Logf("%d inserts by 64 writers: %.0f per second", many, many/time.Since(start).Seconds())
	ctx := b.Context()
	nth := func(i int) int { return i * 7919 % many }
	find := func(q docs.Query, want int) error {
		page, err := c.Find(ctx, q)
		if err == nil && len(page.Items) != want {
			err = fmt.Errorf("%d documents, want %d", len(page.Items), want)
		}
		return err
	}
	b.Run("Get", func(b *testing.B) {
		measure(b, func(i int) error { _, err := c.Get(ctx, newNote(nth(i)).ID); return err })
	})
	b.Run("FindUnique", func(b *testing.B) {
		measure(b, func(i int) error {
			return find(docs.Query{Where: []docs.Eq{{Field: "login", Value: newNote(nth(i)).Login}}}, 1)
		})
	})
	b.Run("FindPage20", func(b *testing.B) {
		measure(b, func(i int) error {
			return find(docs.Query{Where: []docs.Eq{{Field: "unit", Value: newNote(i).Unit}}, Order: "due", Desc: true, Limit: 20}, 20)
		})
	})
	b.Run("FindAllOf3", func(b *testing.B) {
		measure(b, func(i int) error {
			terms := newNote(nth(i)).Terms
			return find(docs.Query{Where: []docs.Eq{{Field: "terms", Value: terms[0]}, {Field: "terms", Value: terms[1]}, {Field: "terms", Value: terms[2]}}, Order: "due", Limit: 10}, 10)
		})
	})
	b.Run("FindAllOfBroad", func(b *testing.B) {
		measure(b, func(i int) error {
			terms := newNote(nth(i)).Terms
			return find(docs.Query{Where: []docs.Eq{{Field: "terms", Value: terms[0]}, {Field: "terms", Value: terms[1]}}, Order: "due", Limit: 20}, 20)
		})
	})
	b.Run("TallyUnitByDue", func(b *testing.B) {
		measure(b, func(i int) error {
			_, err := c.Tally(ctx, docs.Query{Where: []docs.Eq{{Field: "unit", Value: newNote(i).Unit}}}, "due")
			return err
		})
	})
	b.Run("Change", func(b *testing.B) {
		measure(b, func(i int) error {
			_, err := c.Change(ctx, newNote(nth(i)).ID, func(n *note) error { n.Due++; return nil })
			return err
		})
	})
	var next atomic.Int64
	next.Store(many)
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprint("Insert", writers), func(b *testing.B) {
			took := make([]time.Duration, b.N)
			var taken atomic.Int64
			b.ResetTimer()
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for i := taken.Add(1) - 1; i < int64(b.N); i = taken.Add(1) - 1 {
						start := time.Now()
						if err := c.Insert(ctx, newNote(int(next.Add(1)))); err != nil {
							b.Error(err)
							return
						}
						took[i] = time.Since(start)
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "per-s")
			report(b, took)
		})
	}
}
