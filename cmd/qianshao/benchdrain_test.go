package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/image/draw"
	"golang.org/x/sync/errgroup"

	"qianshao/cmd/qianshao/demo"
	"qianshao/config"
	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage/cases"
)

const (
	visitsEvery = 400 * time.Millisecond // between two people who tip while the queue is drained
	visitsIdle  = 60                     // so many of them before
	matters     = 200                    // at most; tips of one matter tell of one village and send one picture
)

// BenchmarkDrain starts a process on the data of one that was killed with QIANSHAO_BENCH_TIPS tips (10,000) accepted and none worked on, half of them with a
// photo: seven of ten as a chat app sends it, two of 3 megapixels, one of 12. While it works through them, people on the same machine go on tipping, five in
// two seconds, each with a photo, whether or not those before have their receipt. It says how long their receipts took, compared to an idle process, that no
// tip was lost, and what the process used. p95 must stay under a second.
func BenchmarkDrain(b *testing.B) {
	n := number(b, "QIANSHAO_BENCH_TIPS", 10_000)
	for b.Loop() {
		drain(b, n)
	}
	b.ReportMetric(0, "ns/op")
}

func drain(b *testing.B, n int) {
	env := settings(b)
	env = slices.DeleteFunc(env, func(s string) bool { return strings.HasPrefix(s, "QIANSHAO_SWEEP_EVERY=") }) // as it comes
	all := matterPictures(b, min(matters, max(10, n/10)))
	p := start(b, "run", env)
	idle := visit(b, p, all, func(sent int) bool { return sent < visitsIdle })
	p.stop()

	cfg, err := config.Load(func(name string) string { return value(env, name) }, env, "")
	if err != nil {
		b.Fatal(err)
	}
	a, err := openApp(b.Context(), cfg, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	defer a.close()
	began := time.Now()
	fillTips(b, a, n, all)
	b.Logf("%d tips stored in %v", n, time.Since(began).Round(time.Second))

	last := time.Now()
	p = start(b, "run", env)
	began = time.Now()
	drained := func() bool {
		left, err := a.intake.Waiting(b.Context(), last, 1)
		if err != nil {
			b.Error(err)
		}
		return len(left) == 0
	}
	busy := visit(b, p, all, func(int) bool { return !drained() && !b.Failed() })
	took, used := time.Since(began), cpuOf(b, p.cmd.Process.Pid)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for last = time.Now(); !drained(); <-ticker.C { // the last visitors' too
	}
	lost := n + len(idle.all) + len(busy.all) - tipsInCases(b, a)
	b.ReportMetric(float64(n)/took.Seconds(), "drained/s")
	b.ReportMetric(used.Seconds()/took.Seconds(), "cores")
	for name, q := range map[string]float64{"p50": .5, "p95": .95, "p99": .99} {
		b.ReportMetric(float64(busy.percentile(q).Milliseconds()), name+"-ms")
		b.ReportMetric(float64(idle.percentile(q).Milliseconds()), "idle-"+name+"-ms")
	}
	b.ReportMetric(float64(busy.percentile(.95))/float64(idle.percentile(.95)), "×idle-p95")
	b.ReportMetric(float64(len(busy.all)), "visits")
	b.ReportMetric(float64(memory(b, p.cmd.Process.Pid, "VmHWM"))/1024, "peak-MB")
	b.ReportMetric(float64(lost), "lost")
	if lost != 0 {
		b.Errorf("%d tips are in no case", lost)
	}
	p.stop()
}

// matterPictures draws one picture for each matter.
func matterPictures(b *testing.B, n int) [][]byte {
	all := make([][]byte, n)
	var group errgroup.Group
	group.SetLimit(4)
	for i := range all {
		group.Go(func() error {
			raw, err := demo.Picture([]string{"shed", "drums", "chimney", "river", "tanker"}[i%5], uint64(i))
			switch {
			case err == nil && i%10 == 9:
				raw, err = enlarged(raw, 4032, 3024)
			case err == nil && i%10 >= 7:
				raw, err = enlarged(raw, 2048, 1536)
			}
			all[i] = raw
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	return all
}

// enlarged is a picture as a camera with more pixels takes it, with the grain of its sensor.
func enlarged(raw []byte, w, h int) ([]byte, error) {
	img, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	big := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(big, big.Rect, img, img.Bounds(), draw.Src, nil)
	r := rand.New(rand.NewPCG(uint64(len(raw)), 1))
	for i := 0; i < len(big.Pix); i += 4 {
		grain := int(r.Uint32()%13) - 6
		for c := range 3 {
			big.Pix[i+c] = uint8(min(255, max(0, int(big.Pix[i+c])+grain)))
		}
	}
	var buf bytes.Buffer
	err = jpeg.Encode(&buf, big, &jpeg.Options{Quality: 90})
	return buf.Bytes(), err
}

// fillTips stores n tips as a web process does.
func fillTips(b *testing.B, a *app, n int, pictures [][]byte) {
	var group errgroup.Group
	group.SetLimit(32)
	for i := range n {
		group.Go(func() error {
			m := i / 2 % len(pictures)
			v := a.profile.Villages[m%len(a.profile.Villages)]
			draft := a.intake.NewDraft()
			sub := intake.Submission{Report: intake.Report{
				Town: v.Town, Village: v.Code, Signs: []string{"s_smell_sharp", "s_night"}, Sites: []string{"p_farm"}, Words: told(v, i), Channel: "web",
			}}
			if i%2 == 0 {
				staged, err := a.intake.Stage(b.Context(), draft, intake.Photo, bytes.NewReader(pictures[m]))
				if err != nil {
					return err
				}
				sub.Staged = []string{staged.Token}
			}
			_, err := a.intake.Submit(b.Context(), draft, sub)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}

func told(v county.Village, i int) string {
	return fmt.Sprintf("%s第 %d 户的院里，夜里 %d 点以后有味道，停着蓝色罐车，天亮就走。", v.Name, i, i%12)
}

// visit sends one tip after the other at their times for as long as more says so, and times from the press of the button to the receipt.
func visit(b *testing.B, p *process, pictures [][]byte, more func(sent int) bool) *timing {
	profile, err := county.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}, Timeout: 2 * time.Minute}
	m := &timing{}
	var mu sync.Mutex
	var group errgroup.Group
	ticker := time.NewTicker(visitsEvery)
	defer ticker.Stop()
	for i := 0; more(i); i++ {
		group.Go(func() error {
			at := i * 10 % len(pictures) // every tenth is one from a chat app
			v := profile.Villages[at%len(profile.Villages)]
			took, err := tipOnce(b.Context(), client, p.base, v, i, pictures[at])
			mu.Lock()
			defer mu.Unlock()
			m.all = append(m.all, took)
			return err
		})
		<-ticker.C
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	return m
}

// tipOnce fetches the form, fills it in and sends it; timed is the sending.
func tipOnce(ctx context.Context, client *http.Client, base string, v county.Village, i int, photo []byte) (time.Duration, error) {
	page, err := ask(ctx, client, http.MethodGet, base+"/report?e=none", "", nil)
	if err != nil {
		return 0, err
	}
	token, _ := page.Find(`input[name="token"]`).First().Attr("value")
	f := tipForm{token: token, photos: [][]byte{photo}, fields: map[string][]string{
		"signs": {"s_smell_sharp", "s_night"}, "sites": {"p_farm"}, "village": {v.Code}, "words": {told(v, i)}, "e": {"none"},
	}}
	contentType, body := f.encode()
	began := time.Now()
	page, err = ask(ctx, client, http.MethodPost, base+"/report", contentType, body)
	took := time.Since(began)
	if err == nil && code(page) == "" {
		err = fmt.Errorf("tip %d got no code", i)
	}
	return took, err
}

func ask(ctx context.Context, client *http.Client, method, address, contentType string, body []byte) (*goquery.Document, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: status %d", method, address, resp.StatusCode)
	}
	if err != nil {
		return nil, err
	}
	return goquery.NewDocumentFromReader(bytes.NewReader(raw))
}

// tipsInCases counts tips by the cases that hold them, and fails when one is in two.
func tipsInCases(b *testing.B, a *app) int {
	duty := cases.Actor{ID: "s-duty", Name: "值班", Role: cases.Duty, Unit: county.DutyDesk}
	seen := map[string]bool{}
	for after := ""; ; {
		page, err := a.cases.List(b.Context(), duty, cases.All, after)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range page.Items {
			for _, t := range c.Tips {
				if seen[t.Tip] {
					b.Errorf("tip %s is in two cases", t.Tip)
				}
				seen[t.Tip] = true
			}
		}
		if after = page.Next; after == "" {
			return len(seen)
		}
	}
}

// cpuOf is what a process has used of all processors.
func cpuOf(b *testing.B, pid int) time.Duration {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	const tick = 10 * time.Millisecond                                      // USER_HZ is 100 on Linux
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:])) // from the third of proc(5) on
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		b.Fatal(err)
	}
	system, err := strconv.Atoi(fields[12])
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(user+system) * tick
}
