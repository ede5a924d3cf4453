package ledger

import (
	"bytes"
	"context"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/triage/cases"
)

func TestEveryCountedFieldIsInTheProfile(t *testing.T) {
	p := profile(t)
	var used []string
	for _, g := range p.Ledger.Reports {
		for _, i := range g.Items {
			if i.Field != "" {
				used = append(used, i.Field)
			}
		}
	}
	slices.Sort(used)
	if want := slices.Sorted(slices.Values(county.ReportFields())); !slices.Equal(used, want) {
		t.Errorf("the profile counts %v, the program %v", used, want)
	}
}

func TestCount(t *testing.T) {
	p := profile(t)
	c, _ := full()
	c.Events = append(c.Events, cases.Event{At: monday.AddDate(0, 0, -15), Action: string(cases.HandBack), To: cases.Unsigned},
		cases.Event{At: monday.AddDate(0, 0, -14), Action: string(cases.Conclude), To: cases.True}, cases.Event{At: monday.AddDate(0, 0, -11), Action: "finish", From: cases.Disposing, To: cases.Disposed},
		cases.Event{At: monday.AddDate(0, 0, -10), Action: "close", From: cases.Disposed, To: cases.Watched})
	done := monday.AddDate(0, 0, -5)
	c.Clocks = []cases.Clock{{Due: monday.AddDate(0, 0, -6), Done: &done}, {Due: monday.AddDate(0, 0, -4), Done: &done}, {Due: monday.AddDate(0, 0, -1)}, {Due: monday.AddDate(0, 0, -1), Held: &done}}
	got := Count(p, &c, Month(p, 2026, 11, ""), monday)
	want := Counts{"places": 1, "received": 1, "confirmed": 1, "concluded": 1, "reported": 1, "point1": 1, "point7": 1, "mended": 1, "closed": 1, "dismantled": 2, "chemicals": 2.15,
		"power_cut": 1, "filed": 0, "fined": 5.00005, "handed": 1, "criminal": 1, "accountable": 1, "traced": 2, "finished": 1, "finish_sum": 11, "late": 2, "bounced": 1}
	delete(want, "filed") // the day of filing is not known
	if !maps.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if other := Count(p, &c, Month(p, 2026, 9, ""), monday); len(other) != 0 {
		t.Errorf("another month counts %v", other)
	}
	if q := Count(p, &c, Quarter(p, 2026, 4, ""), monday); !maps.Equal(q, got) {
		t.Errorf("the quarter counts %v", q)
	}
}

// payments is what was paid at one time.
type payments struct {
	at  time.Time
	n   int
	fen int64
}

func (p payments) PaidIn(_ context.Context, from, to time.Time) (int, int64, error) {
	if p.at.Before(from) || !p.at.Before(to) {
		return 0, 0, nil
	}
	return p.n, p.fen, nil
}

// What was paid is told as a sum, of the whole county, once the time is over, and of no row.
func TestPaymentsStandInTheCountysReportAlone(t *testing.T) {
	w := newWorld(t)
	w.Paid = payments{monday, 2, 15_000_50}
	w.opened("a")
	month := Month(w.Profile, 2026, 11, "")
	paid := func(a cases.Actor, d Period) (got string, r Report) {
		r, err := w.Report(t.Context(), a, d, MaxReport, nil)
		w.ok(err)
		for _, g := range r.Groups {
			for _, l := range g.Lines {
				if l.Field == "rewards" || l.Field == "rewards_yuan" {
					for _, v := range l.Values {
						got += v.String() + " "
					}
				}
			}
		}
		return strings.TrimSpace(got), r
	}
	if got, _ := paid(duty, month); got != "" {
		t.Errorf("of a month that goes on: %s", got)
	}
	w.at(month.To)
	got, r := paid(duty, month)
	if f := strings.Fields(got); !slices.Equal(f, []string{"2", "15000.5"}) {
		t.Errorf("of the month: %s", got)
	}
	var out bytes.Buffer
	w.ok(WriteReport(w.Profile, &r, &out))
	if heads := rowsOf(t, bytes.NewReader(out.Bytes()), "明细")[2]; slices.Contains(heads, "奖励件数") {
		t.Errorf("the rows have it: %v", heads)
	}
	for what, one := range map[string]struct {
		a cases.Actor
		d Period
	}{"a quarter that goes on": {duty, Quarter(w.Profile, 2026, 4, "")}, "a town": {duty, Month(w.Profile, 2026, 11, dawu)}, "a unit": {handler("emergency"), month}} {
		if got, _ := paid(one.a, one.d); got != "" {
			t.Errorf("of %s: %s", what, got)
		}
	}
}

// Every number of a report is the sum of its rows, in the county as in the towns, and the file says the same.
func TestReportIsTheSumOfItsRows(t *testing.T) {
	w := newWorld(t)
	for i, town := range []string{dawu, dawu, "141128100", "", "141128101"} {
		w.at(monday.Add(time.Duration(i) * time.Hour))
		c := w.opened(string(rune('a'+i)), func(o *cases.Opening) { o.Place = cases.Place{Town: town} })
		if i != 3 {
			w.surveyed(&c, "老砖厂", "王五", i%2 == 0)
		}
	}
	w.opened("sealed", func(o *cases.Opening) {
		o.Sealed, o.Lead, o.Co, o.Sees = true, "discipline", nil, []string{"discipline"}
	})
	d := Month(w.Profile, 2026, 11, "")
	r, err := w.Report(t.Context(), duty, d, MaxReport, nil)
	w.ok(err)
	if len(r.Rows) != 5 || len(r.Columns) != 1+len(w.Profile.Towns)+1 {
		t.Fatalf("%d rows, columns %v", len(r.Rows), r.Columns)
	}
	line := map[string][]Cell{}
	for _, g := range r.Groups {
		for _, l := range g.Lines {
			if l.ByHand {
				for _, v := range l.Values {
					if v.Is {
						t.Errorf("%s is for a person, and says %v", l.Name, v)
					}
				}
				continue
			}
			line[l.Field] = l.Values
			if len(parts(l.Field)) > 1 {
				continue
			}
			rows, towns := 0.0, 0.0
			for _, row := range r.Rows {
				rows += row.Counts[l.Field]
			}
			for _, v := range l.Values[1:] {
				towns += v.Number
			}
			if math.Abs(rows-l.Values[0].Number) > 1e-6 || math.Abs(towns-l.Values[0].Number) > 1e-6 {
				t.Errorf("%s: %v altogether, rows %v, towns %v", l.Name, l.Values[0], rows, towns)
			}
		}
	}
	for field, want := range map[string]string{"places": "5", "confirmed": "4", "true_share": "100", "dismantled": "6", "chemicals": "6.45", "waste": "1.5", "closed": "3", "finish_days": "0"} {
		if got := line[field][0].String(); got != want {
			t.Errorf("%s is %s, want %s", field, got, want)
		}
	}
	var out bytes.Buffer
	w.ok(WriteReport(w.Profile, &r, &out))
	raw := out.Bytes()
	numbers, behind := rowsOf(t, bytes.NewReader(raw), "报表"), rowsOf(t, bytes.NewReader(raw), "明细")
	heads := behind[2]
	for i, name := range heads[3:] {
		sum := 0.0
		for _, row := range behind[3:] {
			if len(row) > i+3 && row[i+3] != "" {
				v, err := strconv.ParseFloat(row[i+3], 64)
				w.ok(err)
				sum += v
			}
		}
		for _, row := range numbers {
			if len(row) > 3 && row[1] == name {
				if v, err := strconv.ParseFloat(row[3], 64); err != nil || math.Abs(v-sum) > 1e-6 {
					t.Errorf("the file says %s of %s, the rows add up to %v", row[3], name, sum)
				}
			}
		}
	}
	one, err := w.Report(t.Context(), handler(county.TownUnit(dawu)), Month(w.Profile, 2026, 11, dawu), MaxReport, nil)
	w.ok(err)
	if len(one.Rows) != 2 || len(one.Columns) != 1 || one.Groups[0].Lines[0].Values[0].Number != 2 {
		t.Errorf("the town's: %d rows, %v", len(one.Rows), one.Columns)
	}
	if _, err := w.Report(t.Context(), duty, d, 3, nil); key(err) != "ledger.report_large" {
		t.Errorf("too many rows: %v", err)
	}
	if d.Name(w.Profile) != "2026年11月" || Quarter(w.Profile, 2026, 4, "").Name(w.Profile) != "2026年第4季度" {
		t.Error(d.Name(w.Profile))
	}
}
