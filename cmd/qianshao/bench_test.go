package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/sync/errgroup"

	"qianshao/config/engine/docs"
	"qianshao/config/engine/docs/sqlite"
	"qianshao/config/engine/enginetest"
)

// photo200k is a picture of about 200 kB, as a phone sends one through a chat app.
func photo200k(b *testing.B) []byte {
	b.Helper()
	raw := picture(b, "shed", 1)
	if len(raw) < 180_000 || len(raw) > 240_000 {
		b.Fatalf("the picture has %d bytes", len(raw))
	}
	return raw
}

// timing is what a run of requests took.
type timing struct {
	all  []time.Duration
	wall time.Duration
}

func (m *timing) rate() float64 { return float64(len(m.all)) / m.wall.Seconds() }

func (m *timing) percentile(p float64) time.Duration {
	slices.Sort(m.all)
	return m.all[min(len(m.all)-1, int(p*float64(len(m.all))))]
}

// inParallel runs n jobs by so many clients.
func inParallel(b *testing.B, n, clients int, job func(i int) error) *timing {
	b.Helper()
	m := &timing{all: make([]time.Duration, n)}
	var group errgroup.Group
	group.SetLimit(clients)
	began := time.Now()
	for i := range n {
		group.Go(func() error {
			t := time.Now()
			err := job(i)
			m.all[i] = time.Since(t)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	m.wall = time.Since(began)
	return m
}

// BenchmarkAccept sends tips with one 200 kB photo to a running process, the load generator on the same machine, and compares with the floor: the same
// bytes written and synced plus one SQLite commit, by as many writers. "web" takes tips only (queue on Redis, the worker elsewhere), "run" triages them in
// the same process meanwhile. The forms are fetched before the clock starts.
func BenchmarkAccept(b *testing.B) {
	for _, command := range []string{"web", "run"} {
		for _, clients := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("%s/clients=%d", command, clients), func(b *testing.B) {
				env := settings(b)
				if command == "web" {
					env = append(env, "QIANSHAO_REDIS="+enginetest.Redis(b))
				}
				for b.Loop() {
					benchAccept(b, command, env, clients)
				}
			})
		}
	}
}

func benchAccept(b *testing.B, command string, env []string, clients int) {
	p := start(b, command, env)
	photo := photo200k(b)
	n := 8 * max(clients, 12)
	bodies, types := make([][]byte, n), make([]string, n)
	web := p.browser()
	for i := range n {
		f := web.newTip("141128103229", fmt.Sprintf("第 %d 条：院里有桶，夜里味道呛人。", i), photo)
		types[i], bodies[i] = f.encode()
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: time.Minute}
	pages := make([][]byte, n)
	m := inParallel(b, n, clients, func(i int) error {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, p.base+"/report", bytes.NewReader(bodies[i]))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", types[i])
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		pages[i], err = io.ReadAll(resp.Body)
		if err == nil && resp.StatusCode != http.StatusOK {
			return fmt.Errorf("tip %d: status %d", i, resp.StatusCode)
		}
		return err
	})
	codes := map[string]bool{}
	for _, raw := range pages {
		doc, err := goquery.NewDocumentFromReader(bytes.NewReader(raw))
		if err != nil {
			b.Fatal(err)
		}
		codes[code(doc)] = true
	}
	if len(codes) != n || codes[""] {
		b.Fatalf("%d distinct receipts for %d tips", len(codes), n)
	}
	floor := benchFloor(b, len(bodies[0]), n, clients)
	b.ReportMetric(m.rate(), "tips/s")
	b.ReportMetric(float64(m.percentile(.5).Milliseconds()), "p50-ms")
	b.ReportMetric(float64(m.percentile(.95).Milliseconds()), "p95-ms")
	b.ReportMetric(m.wall.Seconds()/floor.wall.Seconds(), "x-floor")
	b.ReportMetric(float64(n-len(codes)), "lost")
	b.ReportMetric(0, "ns/op")
	p.kill()
}

type floorDoc struct {
	ID   string `bson:"_id"`
	Body []byte
}

// benchFloor writes and syncs as many files of the same size and commits as many small documents.
func benchFloor(b *testing.B, size, n, clients int) *timing {
	b.Helper()
	dir := b.TempDir()
	store, err := sqlite.Open(filepath.Join(dir, "floor.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	coll, err := docs.Open[floorDoc](b.Context(), store, "floor")
	if err != nil {
		b.Fatal(err)
	}
	raw := make([]byte, size)
	return inParallel(b, n, clients, func(i int) error {
		f, err := os.Create(filepath.Join(dir, strconv.Itoa(i)))
		if err != nil {
			return err
		}
		defer f.Close()
		if _, err := f.Write(raw); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		return coll.Insert(b.Context(), &floorDoc{ID: strconv.Itoa(i), Body: raw[:2048]})
	})
}

// BenchmarkProcess measures a fresh process: time to the first answer, memory at rest, bytes of the resident's pages on the wire.
func BenchmarkProcess(b *testing.B) {
	for b.Loop() {
		env := settings(b)
		began := time.Now()
		p := start(b, "run", env)
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "first-start-ms")
		p.kill()
		began = time.Now()
		p = start(b, "run", env)
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "start-ms")
		b.ReportMetric(float64(memory(b, p.cmd.Process.Pid, "VmRSS"))/1024, "idle-RSS-MB")
		for _, page := range []string{"/", "/report?e=none", "/status"} {
			b.ReportMetric(float64(wire(b, p.base, page)), "bytes"+strings.ReplaceAll(strings.TrimSuffix(page, "?e=none"), "/", "-"))
		}
		p.kill()
	}
	b.ReportMetric(0, "ns/op")
}

// memory is one of the sizes of a process in kB: VmRSS is what is resident, VmHWM the most that ever was.
func memory(b *testing.B, pid int, size string) int {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), size+":")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// wire counts the bytes of a page with everything that it loads, headers left out, as a browser that takes gzip gets them.
func wire(b *testing.B, base, page string) int {
	b.Helper()
	raw, n := fetch(b, base+page)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(raw))
	if err != nil {
		b.Fatal(err)
	}
	seen := map[string]bool{}
	doc.Find("link[href], script[src], img[src], use[href]").Each(func(_ int, s *goquery.Selection) {
		for _, attr := range []string{"href", "src"} {
			ref, _, _ := strings.Cut(s.AttrOr(attr, ""), "#")
			if ref == "" || seen[ref] {
				continue
			}
			seen[ref] = true
			if !strings.HasPrefix(ref, "/") {
				b.Fatalf("%s loads %s", page, ref)
			}
			_, size := fetch(b, base+ref)
			n += size
		}
	})
	return n
}

func fetch(b *testing.B, address string) (body []byte, onWire int) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := (&http.Transport{DisableCompression: true}).RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("GET %s: %d %v", address, resp.StatusCode, err)
	}
	if resp.Header.Get("Content-Encoding") != "gzip" {
		return raw, len(raw)
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		b.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	return plain, len(raw)
}
