package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"qianshao/config/engine/blobs/disk"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/docs/sqlite"
	"qianshao/intake"
)

const photoSize = 200_000

// BenchmarkSubmit is a whole tip with one photo of 200 kB, from NewDraft to the receipt. BenchmarkFloor is what no design gets around: the same bytes
// written and synced, and one commit. Compare the two at the same number of clients.
func BenchmarkSubmit(b *testing.B) {
	w := newWorld(b)
	photo := jpeg(1, photoSize)
	clients(b, func(ctx context.Context) error {
		d := w.NewDraft()
		st, err := w.Stage(ctx, d, intake.Photo, bytes.NewReader(photo))
		if err != nil {
			return err
		}
		sub := simple()
		sub.Staged = []string{st.Token}
		_, err = w.Submit(ctx, d, sub)
		return err
	})
}

func BenchmarkFloor(b *testing.B) {
	dir := b.TempDir()
	store, err := sqlite.Open(filepath.Join(dir, "docs.db"))
	must(b, err)
	defer func() { must(b, store.Close()) }()
	files, err := disk.Open(filepath.Join(dir, "evidence"))
	must(b, err)
	type doc struct {
		ID   string `bson:"_id"`
		Body []byte `bson:"body"`
	}
	c, err := docs.Open[doc](b.Context(), store, "floor")
	must(b, err)
	photo, body := jpeg(1, photoSize), jpeg(2, 3000)
	var n atomic.Int64
	clients(b, func(ctx context.Context) error {
		id := fmt.Sprintf("%08d", n.Add(1))
		if _, err := files.Put(ctx, "tips/"+id+"/photo", bytes.NewReader(photo)); err != nil {
			return err
		}
		return c.Insert(ctx, &doc{ID: id, Body: body})
	})
}

// clients runs f from 1, 16 and 64 goroutines and reports the rate and the waiting times.
func clients(b *testing.B, f func(context.Context) error) {
	for _, n := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("clients=%d", n), func(b *testing.B) {
			var left atomic.Int64
			left.Store(int64(b.N))
			took := make([][]time.Duration, n)
			var wg sync.WaitGroup
			began, cpu := time.Now(), cpuTime(b)
			for i := range n {
				wg.Go(func() {
					for left.Add(-1) >= 0 {
						start := time.Now()
						if err := f(b.Context()); err != nil {
							b.Error(err)
						}
						took[i] = append(took[i], time.Since(start))
					}
				})
			}
			wg.Wait()
			all := slices.Concat(took...)
			slices.Sort(all)
			b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "tips/s")
			b.ReportMetric(float64((cpuTime(b)-cpu).Microseconds())/1000/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(all[len(all)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}

// cpuTime is what this process has used; unlike the rates it says the same on a busy machine.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkReceipt is Submit without evidence and without concurrency; with its CPU profile it shows what a receipt costs beside the slow derivation.
func BenchmarkReceipt(b *testing.B) {
	w := newWorld(b)
	for b.Loop() {
		_, err := w.Submit(b.Context(), w.NewDraft(), simple())
		must(b, err)
	}
}
