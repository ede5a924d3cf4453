package triage_test

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"
)

// dated is a JPEG whose camera says when it was taken: one EXIF segment with DateTimeOriginal.
func dated(jpeg []byte, when string) []byte {
	le := binary.LittleEndian
	field := func(b []byte, tag, kind uint16, count, value uint32) []byte {
		return le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(b, tag), kind), count), value)
	}
	tiff := le.AppendUint32([]byte("II*\x00"), 8)
	tiff = le.AppendUint32(field(le.AppendUint16(tiff, 1), 0x8769, 4, 1, 26), 0)                   // the first directory points to that of the camera
	tiff = le.AppendUint32(field(le.AppendUint16(tiff, 1), 0x9003, 2, uint32(len(when)+1), 44), 0) // which says when
	body := append(append([]byte("Exif\x00\x00"), tiff...), append([]byte(when), 0)...)
	segment := append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2)), body...)
	return slices.Concat(jpeg[:2], segment, jpeg[2:])
}

// The day of a photo is told to the inspector if the person let it be used, and not otherwise.
func TestTheDayOfAPhotoIsUsedOnlyIfAllowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	yesterday := w.now().In(w.profile.Zone).AddDate(0, 0, -1)
	for seed, allowed := range []bool{true, false} {
		report := w.workshop(w.village(20+seed), "夜里冒烟，味大")
		report.PhotoPlace = allowed
		id, _ := w.tell(report, dated(photo(t, seed), yesterday.Format("2006:01:02 15:04:05")), photo(t, seed+5))
		w.finished()
		tip, err := w.intake.Open(t.Context(), id)
		must(t, err)
		r, err := w.triage.Reading(t.Context(), id)
		must(t, err)
		days, err := w.triage.PhotoDays(tip, &r)
		must(t, err)
		if want := []time.Time{w.profile.Day(yesterday)}; allowed && !slices.EqualFunc(days, want, time.Time.Equal) || !allowed && days != nil {
			t.Errorf("allowed %v: %v", allowed, days)
		}
	}
}
