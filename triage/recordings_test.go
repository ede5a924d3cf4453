package triage_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage"
	"qianshao/triage/clamd"
)

func sample(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	must(t, err)
	return raw
}

type sent struct {
	kind intake.Kind
	file []byte
}

// bring submits a report with files of any kind.
func (w *world) bring(files ...sent) intake.TipID {
	w.t.Helper()
	d := w.intake.NewDraft()
	sub := intake.Submission{Report: w.workshop(w.village(3), "夜里有味，")}
	for _, f := range files {
		st, err := w.intake.Stage(w.t.Context(), d, f.kind, bytes.NewReader(f.file))
		must(w.t, err)
		sub.Staged = append(sub.Staged, st.Token)
	}
	receipt, err := w.intake.Submit(w.t.Context(), d, sub)
	must(w.t, err)
	v, err := w.intake.Look(w.t.Context(), receipt.Code)
	must(w.t, err)
	return v.Tip
}

// seen gives what was found, in the order of the items.
func (w *world) seen(id intake.TipID) []triage.Picture {
	w.t.Helper()
	r, err := w.triage.Reading(w.t.Context(), id)
	must(w.t, err)
	tip, err := w.intake.Open(w.t.Context(), id)
	must(w.t, err)
	list := make([]triage.Picture, len(tip.Items))
	for i, it := range tip.Items {
		for _, p := range r.Pictures {
			if p.Item == it.ID {
				list[i] = p
			}
		}
	}
	return list
}

func TestRecordingsAreRead(t *testing.T) {
	w := newWorld(t, "")
	w.run(time.Second)
	id := w.bring(sent{intake.Voice, sample(t, "tone.ogg")}, sent{intake.Video, sample(t, "film.mp4")}, sent{intake.Photo, photo(t, 1)})
	broken := w.bring(sent{intake.Voice, []byte("#!AMR\n1234")})
	w.finished()
	for i, want := range []triage.Picture{{Type: "audio/ogg", Seconds: 1}, {Type: "video/mp4", Seconds: 1}, {}} {
		got := w.seen(id)[i]
		if !got.OK || got.Held || got.Type != want.Type || got.Seconds != want.Seconds {
			t.Errorf("item %d: %+v", i, got)
			continue
		}
		if want.Type == "" {
			continue
		}
		f, err := w.intake.RenditionAt(t.Context(), id, got.Item, triage.Play, got.Bytes)
		must(t, err)
		raw, err := io.ReadAll(f)
		must(t, errors.Join(err, f.Close()))
		if bytes.Contains(raw, []byte("SECRET-OWNER-MARK")) || bytes.Contains(raw, []byte("Lavf")) {
			t.Errorf("item %d: what the file said of its maker is still there", i)
		}
		if _, err := w.intake.RenditionAt(t.Context(), id, got.Item, triage.Play, got.Bytes+1); err == nil {
			t.Errorf("item %d: one that is shorter than it was is taken", i)
		}
	}
	if p := w.seen(broken)[0]; p.OK || p.Problem != "recording.broken" {
		t.Errorf("nothing to play: %+v", p)
	}
}

// clamd itself steps over some kinds of recordings, such as Ogg: what is put together anew is the better defence there.
func TestAVirusIsHeldBack(t *testing.T) {
	w := newWorld(t, "")
	w.scanner = clamd.New(enginetest.Clamd(t).Address)
	w.open(w.Docs)
	w.run(time.Second)
	id := w.bring(sent{intake.Photo, photo(t, 1)}, sent{intake.Photo, append(photo(t, 2), enginetest.Virus...)}, sent{intake.Voice, append([]byte("#!AMR\n"), enginetest.Virus...)})
	w.finished()
	w.exactlyOnce([]intake.TipID{id})
	got := w.seen(id)
	if !got[0].OK || got[1].OK || got[1].Problem != "evidence.virus" || got[2].OK || got[2].Problem != "evidence.virus" {
		t.Errorf("found %+v", got)
	}
	for i, name := range map[int]string{1: triage.Small, 2: triage.Play} {
		if _, err := w.intake.Rendition(t.Context(), id, got[i].Item, name); fault.KindOf(err) != fault.NotFound {
			t.Errorf("there is a %s of a file with a virus: %v", name, err)
		}
	}
}

// While clamd is away the tip gets its case and its files wait; the sweep brings them when it is back.
func TestClamdAway(t *testing.T) {
	w := newWorld(t, "")
	s := enginetest.Clamd(t)
	w.scanner = clamd.New(s.Address)
	w.open(w.Docs)
	s.Kill()
	w.run(time.Second)
	id := w.bring(sent{intake.Photo, photo(t, 1)}, sent{intake.Video, sample(t, "film.mp4")})
	w.until("the tip has a case", func() bool { _, err := w.cases.ByTip(t.Context(), id); return err == nil })
	w.until("a pass is over", func() bool { r, err := w.triage.Reading(t.Context(), id); return err == nil && r.Passes > 0 })
	for i, p := range w.seen(id) {
		if p.OK || !p.Held || p.Problem != "evidence.unscanned" {
			t.Errorf("item %d: %+v", i, p)
		}
		for _, name := range []string{triage.Small, triage.Play} {
			if _, err := w.intake.Rendition(t.Context(), id, p.Item, name); fault.KindOf(err) != fault.NotFound {
				t.Errorf("item %d has a %s that nobody looked at: %v", i, name, err)
			}
		}
	}
	if n := len(w.waiting()); n != 1 {
		t.Errorf("%d tips wait, want this one", n)
	}
	s.Start()
	w.clock.Add(int64(2 * time.Hour))
	if _, err := w.triage.SweepAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.finished()
	for i, p := range w.seen(id) {
		if !p.OK || p.Held || p.Problem != "" {
			t.Errorf("item %d after clamd came back: %+v", i, p)
		}
	}
	w.exactlyOnce([]intake.TipID{id})
}
