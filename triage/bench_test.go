package triage_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"qianshao/intake"
)

// BenchmarkStages measures tips without photos from the queue to their case: all stages, on the embedded engines. They are told before the clock starts, of all
// villages and in words of their own, as many as a county gets in a bad month. tips/s is what a busy machine cannot be believed about; cpu-tips/s is what two
// cores do that are kept busy with nothing else: two seconds of a processor by what one tip took.
func BenchmarkStages(b *testing.B) {
	const tips = 1000
	for b.Loop() {
		w := newWorld(b, "")
		for i := range tips {
			v := w.village(i % len(w.profile.Villages))
			words := fmt.Sprintf("%s第 %d 户的院里，夜里 %d 点以后有味道，停着蓝色罐车，天亮就走。", v.Name, i, i%12)
			_, err := w.intake.Submit(b.Context(), w.intake.NewDraft(), intake.Submission{Report: w.workshop(v, words)})
			must(b, err)
		}
		sent, err := w.intake.Waiting(b.Context(), w.now().Add(time.Second), tips)
		must(b, err)
		began, before := time.Now(), cpuTime(b)
		stop := w.run(time.Second)
		look := time.NewTicker(50 * time.Millisecond)
		for left := sent; len(left) > 0; <-look.C {
			left, err = w.intake.Waiting(b.Context(), w.now().Add(time.Second), 1)
			must(b, err)
		}
		look.Stop()
		took, busy := time.Since(began), cpuTime(b)-before
		b.ReportMetric(tips/took.Seconds(), "tips/s")
		b.ReportMetric(2*tips/busy.Seconds(), "cpu-tips/s")
		stop()
		if len(sent) != tips {
			b.Fatalf("%d tips wait, %d were sent", len(sent), tips)
		}
		w.exactlyOnce(sent)
	}
	b.ReportMetric(0, "ns/op")
}

// cpuTime is what this process has used.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
