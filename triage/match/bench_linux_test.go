package match

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs/sqlite"
)

// made invents the n-th tip: a village, a kind of place, some work and looks in words of the profile, now and then a position. As many matters stand in a
// village as there are kinds of places and works, and a matter is told of about twenty times.
func made(p *county.Profile, n int, received time.Time) Tip {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	v := p.Villages[r.IntN(len(p.Villages))]
	word := func(class string) string {
		for {
			if c := p.Match.Concepts[r.IntN(len(p.Match.Concepts))]; c.Class == class {
				return c.Words[r.IntN(len(c.Words))]
			}
		}
	}
	t := Tip{
		ID: fmt.Sprintf("%08d", n), Received: received, County: p.Code, Town: v.Town, Village: v.Code, Sure: 0.9, Category: fmt.Sprintf("c%d", 1+r.IntN(8)),
		Signs: []string{p.Signs[r.IntN(len(p.Signs))].ID}, Sites: []string{p.SiteTypes[r.IntN(len(p.SiteTypes))].ID},
		Text: "村里那个" + word("site") + "里头有人弄" + word("work") + "和" + word("work") + "，" + word("look") + "，" + word("look") + "，" + word("spot") + "，来人看看吧",
	}
	if r.IntN(6) == 0 {
		t.Village = ""
	}
	if r.IntN(6) == 0 {
		t.Position, t.Accuracy = at(111.0+r.Float64()*0.5, 37.6+r.Float64()*0.6), 50
	}
	return t
}

// BenchmarkMatch is one tip against many earlier ones, from its text to the judgement, on the store of one machine. p99 must stay under 20 ms and must grow
// slower than the logarithm of what is stored. cpu- leaves out what the thread waited for a processor. QIANSHAO_BENCH_FULL=1 goes on to a million, which
// takes half an hour to store: -timeout 60m.
func BenchmarkMatch(b *testing.B) {
	p, err := county.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	db, err := sqlite.Open(filepath.Join(b.TempDir(), "docs.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	s, err := Open(context.Background(), db, bytes.Repeat([]byte{1}, 32), p.Match)
	if err != nil {
		b.Fatal(err)
	}
	stored, sizes := 0, []int{10_000, 100_000}
	if os.Getenv("QIANSHAO_BENCH_FULL") != "" {
		sizes = append(sizes, 1_000_000)
	}
	for _, size := range sizes {
		start := time.Now()
		fill(b, s, p, stored, size)
		if size > stored {
			b.Logf("%d prints stored in %v", size-stored, time.Since(start).Round(time.Second))
		}
		stored = size
		b.Run(fmt.Sprint(size), func(b *testing.B) { matchOnce(b, s, p, size) })
	}
}

// fill stores tips evenly over the time in which candidates may lie, so that none is left out for its age.
func fill(b *testing.B, s *Store, p *county.Profile, from, to int) {
	b.Helper()
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range 64 {
		workers.Go(func() {
			for n := range numbers {
				received := day0.Add(time.Duration(rand.New(rand.NewPCG(uint64(n), 2)).Int64N(int64(80 * 24 * time.Hour))))
				if err := s.Add(context.Background(), s.Print(made(p, n, received))); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for n := from; n < to; n++ {
		numbers <- n
	}
	close(numbers)
	workers.Wait()
}

func matchOnce(b *testing.B, s *Store, p *county.Profile, size int) {
	runtime.LockOSThread() // the engine runs in the caller's thread: what it computed is told apart from what it waited for
	defer runtime.UnlockOSThread()
	var took, busy []time.Duration
	compared := 0
	for i := range max(b.N, 300) {
		tip := made(p, 2_000_000+size+i, day0.AddDate(0, 0, 81))
		start, before := time.Now(), computed()
		mine := s.Print(tip)
		old, err := s.Candidates(context.Background(), mine, p.Match)
		if err != nil {
			b.Fatal(err)
		}
		list := make([]Candidate, len(old))
		for i, o := range old {
			list[i] = Candidate{Print: o, Matter: o.ID}
		}
		Decide(mine, list, p.Match)
		took, busy = append(took, time.Since(start)), append(busy, computed()-before)
		compared += len(old)
	}
	for name, all := range map[string][]time.Duration{"": took, "cpu-": busy} {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, name+"p50-ms")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, name+"p99-ms")
	}
	b.ReportMetric(float64(compared)/float64(len(took)), "candidates")
}

// computed is the processor time of this thread.
func computed() time.Duration {
	const thisThread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thisThread, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
