package media

import (
	"bytes"
	"context"
	"image/jpeg"
	"syscall"
	"testing"
	"time"
)

// BenchmarkJPEG12 reads a JPEG of 12 megapixels, as a phone takes it, and says how long that took compared to what no program could leave out: decoding it, and
// encoding the two renditions from pixels that are there already. full is the ratio to decoding it and encoding it again in its own size. cpu- are ratios of
// processor time, which a busy machine leaves as they are.
func BenchmarkJPEG12(b *testing.B) {
	file := asJPEG(b, grained(scene(4032, 3024, 5)), 92)
	r := newReader(Limits{})
	img, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		b.Fatal(err)
	}
	large := scale(img, largeSide, 1)
	small := scale(large, smallSide, 1)
	full := blank(4032, 3024)
	copy(full.Pix, scale(img, 4032, 1).Pix)
	var media, decoding, shown, whole cost
	step := func(total *cost, f func() error) {
		start, before := time.Now(), cpuTime(b)
		if err := f(); err != nil {
			b.Fatal(err)
		}
		total.wall += time.Since(start)
		total.cpu += cpuTime(b) - before
	}
	for b.Loop() { // in turns, so that a busy machine slows all of them alike
		step(&media, func() error { _, err := r.Read(context.Background(), bytes.NewReader(file)); return err })
		step(&decoding, func() error { _, err := jpeg.Decode(bytes.NewReader(file)); return err })
		step(&shown, func() error { _, err := encode(large); return err })
		step(&shown, func() error { _, err := encode(small); return err })
		step(&whole, func() error { _, err := encode(full); return err })
	}
	b.ReportMetric(float64(media.wall)/float64(decoding.wall+shown.wall), "×decode+encode")
	b.ReportMetric(float64(media.cpu)/float64(decoding.cpu+shown.cpu), "cpu-×decode+encode")
	b.ReportMetric(float64(media.cpu)/float64(decoding.cpu+whole.cpu), "cpu-×full")
	b.ReportMetric(float64(len(file))/1e6, "MB")
}

type cost struct{ wall, cpu time.Duration }

// cpuTime is what this process has used.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
