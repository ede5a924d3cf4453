package match

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/docs/sqlite"
)

// made invents the n-th tip: a village, a kind of place, some work and looks in words of the profile, now and then a position, in three of ten a photo or two.
// As many matters stand in a village as there are kinds of places and works, and a matter is told of about twenty times; so is what a photo shows among a million.
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
	if r.IntN(10) < 3 {
		for i := range 1 + r.IntN(2) {
			pic := snap(r.Uint64N(22_500), byte(n)) // 450,000 of a million
			binary.BigEndian.PutUint64(pic.SHA256[:], uint64(2*n+i))
			t.Pictures = append(t.Pictures, pic)
		}
	}
	return t
}

// BenchmarkMatch is one tip against many earlier ones, from its text to the judgement, on the store of one machine. p99 must stay under 20 ms and must grow
// slower than the logarithm of what is stored. cpu- leaves out what the thread waited for a processor and the disk; read are the entries of the
// index that one lookup takes out of the store. photo- are the tips with photos, plain- those without. QIANSHAO_BENCH_FULL=1 goes on to a million, which take ten times as long to store as a
// hundred thousand: -timeout 2h.
func BenchmarkMatch(b *testing.B) {
	p, err := county.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	sizes := []int{10_000, 100_000}
	if os.Getenv("QIANSHAO_BENCH_FULL") != "" {
		sizes = append(sizes, 1_000_000)
	}
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "docs.db")
			openStore(b, path, p).close() // makes the tables
			start := time.Now()
			load(b, path, p, size)
			b.Logf("%d prints stored in %v", size, time.Since(start).Round(time.Second))
			s := openStore(b, path, p)
			defer s.close()
			if n, err := s.prints.Count(context.Background(), docs.Query{}); err != nil || n != int64(size) {
				b.Fatalf("%d prints, %v", n, err)
			}
			runtime.GC() // what storing left behind is not the match's
			matchOnce(b, s.Store, p, size)
		})
	}
}

type openedStore struct {
	*Store
	close func()
}

func openStore(b *testing.B, path string, p *county.Profile) openedStore {
	b.Helper()
	db, err := sqlite.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	s, err := Open(context.Background(), db, bytes.Repeat([]byte{1}, 32), p.Match)
	if err != nil {
		b.Fatal(err)
	}
	return openedStore{s, func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}}
}

// entry is a line of the index.
type entry struct {
	term     string
	received int64 // milliseconds
	id       string
}

// load writes prints past the port, in the order in which SQLite keeps them: one by one, a million takes hours on a disk. They lie evenly over the time in
// which candidates may lie, so that none is left out for its age.
func load(b *testing.B, path string, p *county.Profile, size int) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(OFF)&_pragma=cache_size(-200000)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	insert := func(text string) func(...any) {
		stmt, err := tx.Prepare(text)
		if err != nil {
			b.Fatal(err)
		}
		return func(args ...any) {
			if _, err := stmt.Exec(args...); err != nil {
				b.Fatal(err)
			}
		}
	}
	document, line := insert(`INSERT INTO prints (id, v, doc) VALUES (?, 1, ?)`), insert(`INSERT INTO "prints#multi:terms,received" (k0, k1, id) VALUES (?, ?, ?)`)
	var index []entry
	for chunk := range invented(b, p, size) {
		for _, x := range chunk {
			raw, err := bson.Marshal(&x)
			if err != nil {
				b.Fatal(err)
			}
			document(x.ID, raw)
			for _, t := range x.Terms {
				index = append(index, entry{t, x.Received.UnixMilli(), x.ID})
			}
		}
	}
	slices.SortFunc(index, func(x, y entry) int {
		return cmp.Or(strings.Compare(x.term, y.term), cmp.Compare(x.received, y.received), strings.Compare(x.id, y.id))
	})
	for _, e := range index {
		line(docs.Key(e.term), docs.Key(bson.DateTime(e.received)), e.id)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// invented gives the prints of so many made tips, in the order of their ids, made on all processors.
func invented(b *testing.B, p *county.Profile, size int) iter.Seq[[]Print] {
	const chunk = 1000
	k, err := NewKeyer(bytes.Repeat([]byte{1}, 32), p.Match)
	if err != nil {
		b.Fatal(err)
	}
	return func(yield func([]Print) bool) {
		for from := 0; from < size; from += chunk * runtime.NumCPU() {
			parts := make([][]Print, runtime.NumCPU())
			var workers sync.WaitGroup
			for i := range parts {
				workers.Go(func() {
					for n := from + i*chunk; n < min(size, from+(i+1)*chunk); n++ {
						received := day0.Add(time.Duration(rand.New(rand.NewPCG(uint64(n), 2)).Int64N(int64(80 * 24 * time.Hour))))
						parts[i] = append(parts[i], k.Print(made(p, n, received)))
					}
				})
			}
			workers.Wait()
			for _, part := range parts {
				if !yield(part) {
					return
				}
			}
		}
	}
}

func matchOnce(b *testing.B, s *Store, p *county.Profile, size int) {
	runtime.LockOSThread() // the engine runs in the caller's thread: what it computed is told apart from what it waited for
	defer runtime.UnlockOSThread()
	took, busy := map[string][]time.Duration{}, map[string][]time.Duration{}
	compared, read := 0, 0
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
		wall, cpu := time.Since(start), computed()-before
		kind := "plain-"
		if len(tip.Pictures) > 0 {
			kind = "photo-"
		}
		for _, k := range []string{"", kind} {
			took[k], busy[k] = append(took[k], wall), append(busy[k], cpu)
		}
		compared += len(old)
		if i < 30 { // counted apart, to leave the times alone
			read += asked(b, s, mine, p)
		}
	}
	for name, kinds := range map[string]map[string][]time.Duration{"": took, "cpu-": busy} {
		for kind, all := range kinds {
			slices.Sort(all)
			b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, kind+name+"p50-ms")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, kind+name+"p99-ms")
		}
	}
	b.ReportMetric(float64(compared)/float64(len(took[""])), "candidates")
	b.ReportMetric(float64(read)/30, "read")
}

// asked counts the entries of the index that a lookup reads.
func asked(b *testing.B, s *Store, mine Print, p *county.Profile) (n int) {
	in := collection{context.Background(), s.prints, p.Match.Days}
	for _, a := range mine.asks() {
		ids, err := in.under(mine, a)
		if err != nil {
			b.Fatal(err)
		}
		n += len(ids)
	}
	return n
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
