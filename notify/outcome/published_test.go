package outcome_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"filippo.io/age"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/enginetest"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/notify/outcome"
	"qianshao/notify/outcome/outcometest"
)

func bareService(t *testing.T) *outcome.Service {
	t.Helper()
	e := enginetest.New(t)
	officer, err := age.GenerateX25519Identity()
	must(t, err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	must(t, err)
	p, err := county.Embedded()
	must(t, err)
	log, err := custody.Open(t.Context(), e.Docs, v, time.Now)
	must(t, err)
	s, err := outcome.New(t.Context(), outcome.Deps{Docs: e.Docs, Blobs: e.Blobs, Vault: v, Custody: log, Profile: p, Now: time.Now})
	must(t, err)
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadWhatIsPublished(t *testing.T) {
	s := bareService(t)
	day := func(m, d int) time.Time { return time.Date(2026, time.Month(m), d, 0, 0, 0, 0, s.Profile.Zone) }
	var all []outcome.Published
	for i := range 7 {
		all = append(all, outcome.Published{ID: fmt.Sprint("id", i), Day: day(10, 10+i/2), Month: "2026-0" + fmt.Sprint(8+i%2), Town: []string{"141128100", "141128103"}[i%2], Categories: []string{"c1", "c7"}[:1+i%2], Title: "题", Text: "文"})
	}
	outcometest.Publish(t, s.Docs, all...)
	outcometest.Publish(t, s.Docs, outcome.Published{ID: "gone", Day: day(10, 25), Withdrawn: "写错了"})
	drafts, err := outcome.Open(t.Context(), s.Docs)
	must(t, err)
	must(t, drafts.Insert(t.Context(), &outcome.Outcome{ID: "draft", Case: "x", State: outcome.Draft, Terms: []string{"state:draft"}}))

	var ids []string
	for after := ""; ; {
		page, next, err := s.List(t.Context(), outcome.Filter{}, after, 3)
		must(t, err)
		for i, p := range page {
			ids = append(ids, p.ID)
			if i > 0 && p.Day.After(page[i-1].Day) || p.Day.Location() != s.Profile.Zone {
				t.Errorf("%s is of %s", p.ID, p.Day)
			}
		}
		if after = next; after == "" {
			break
		}
	}
	if len(ids) != 8 || ids[0] != "gone" || slices.Contains(ids, "draft") {
		t.Errorf("listed %v", ids)
	}
	for f, want := range map[outcome.Filter]int{{Town: "141128103"}: 3, {Category: "c7"}: 3, {Month: "2026-08"}: 4, {Town: "141128103", Month: "2026-08"}: 0} {
		page, _, err := s.List(t.Context(), f, "", 100)
		must(t, err)
		if len(page) != want {
			t.Errorf("%+v: %d, want %d", f, len(page), want)
		}
	}
	if _, _, err := s.List(t.Context(), outcome.Filter{}, "nonsense", 3); !errors.Is(err, docs.ErrToken) {
		t.Errorf("a bad token: %v", err)
	}
	got, err := s.Read(t.Context(), "id3")
	must(t, err)
	if !reflect.DeepEqual(got, all[3]) {
		t.Errorf("read %+v, want %+v", got, all[3])
	}
	for _, id := range []string{"draft", "nobody", ""} {
		if _, err := s.Read(t.Context(), id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("read %q: %v", id, err)
		}
	}
	if _, err := s.Photo(t.Context(), "id3", "x"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("photo: %v", err)
	}
	n, err := s.Totals(t.Context())
	must(t, err)
	want := outcome.Totals{All: 7, Months: map[string]int64{"2026-08": 4, "2026-09": 3}, Towns: map[string]int64{"141128100": 4, "141128103": 3}, Categories: map[string]int64{"c1": 7, "c7": 3}}
	if !reflect.DeepEqual(n, want) {
		t.Errorf("totals %+v, want %+v", n, want)
	}
}
