package triage_test

import (
	"fmt"
	"testing"
	"time"

	"qianshao/intake"
)

// BenchmarkStages measures tips without photos from the queue to their case: all stages, on the embedded engines. They are told before the clock starts, of all
// villages and in words of their own, as many as a county gets in a bad month.
func BenchmarkStages(b *testing.B) {
	const tips = 1000
	for b.Loop() {
		w := newWorld(b, "")
		sent := make([]intake.TipID, 0, tips)
		for i := range tips {
			v := w.village(i % len(w.profile.Villages))
			id, _ := w.tell(w.workshop(v, fmt.Sprintf("%s第 %d 户的院里，夜里 %d 点以后有味道，停着蓝色罐车，天亮就走。", v.Name, i, i%12)))
			sent = append(sent, id)
		}
		began := time.Now()
		stop := w.run(time.Second)
		w.until("every tip has its case", func() bool {
			first, err := w.intake.Waiting(b.Context(), w.now().Add(time.Second), 1)
			must(b, err)
			return len(first) == 0
		})
		b.ReportMetric(tips/time.Since(began).Seconds(), "tips/s")
		stop()
		w.exactlyOnce(sent)
	}
	b.ReportMetric(0, "ns/op")
}
