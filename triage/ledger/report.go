package ledger

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// Period is the time of a report: from midnight to before midnight, of the county or of one town.
type Period struct {
	From, To time.Time
	Quarter  bool
	Town     string // code; "" is the county
}

// Month is a month's period.
func Month(p *county.Profile, year int, month time.Month, town string) Period {
	from := time.Date(year, month, 1, 0, 0, 0, 0, p.Zone)
	return Period{From: from, To: from.AddDate(0, 1, 0), Town: town}
}

// Quarter is a quarter's period, 1 to 4.
func Quarter(p *county.Profile, year, quarter int, town string) Period {
	from := time.Date(year, time.Month(3*quarter-2), 1, 0, 0, 0, 0, p.Zone)
	return Period{From: from, To: from.AddDate(0, 3, 0), Quarter: true, Town: town}
}

// Name is the period in Chinese: 2026年11月, 2026年第4季度.
func (d Period) Name(p *county.Profile) string {
	from := d.From.In(p.Zone)
	if d.Quarter {
		return fmt.Sprintf("%d年第%d季度", from.Year(), (int(from.Month())+2)/3)
	}
	return fmt.Sprintf("%d年%d月", from.Year(), from.Month())
}

func (d Period) has(t time.Time) bool { return !t.Before(d.From) && t.Before(d.To) }

// Counts are what one case adds to the numbers of a report, by county.ReportFields. What is a ratio there stands here as its two parts: "concluded" beside
// "confirmed", "finished" and "finish_sum".
type Counts map[string]float64

// tallyFields are the fields of a case that Count and a row of a report read (docs.Query.Only).
var tallyFields = []string{
	"number", "from", "place", "opened", "categories", "clocks", "tips.received", "tips.told", "events.action", "events.at", "events.from", "events.to", "births.kind", "births.at",
	"records.void", "records.versions.form",
}

// Count says what a case adds to a report of the period, as it is known at now.
func Count(p *county.Profile, c *cases.Case, d Period, now time.Time) Counts {
	k := counter{Counts: Counts{}, p: p, c: c, d: d}
	k.events()
	if k.d.has(c.Opened) {
		k.add("places", 1)
		if Source(c) == fromPublic {
			k.add("received", 1)
		}
	}
	for _, r := range c.Valid() {
		k.record(r.Form())
	}
	if k.shut {
		k.add("closed", 1)
	}
	for _, clock := range c.Clocks {
		over := clock.Done != nil && clock.Done.After(clock.Due) || clock.Done == nil && clock.Held == nil && clock.Due.Before(now)
		if over && !clock.Replaced && d.has(clock.Due) {
			k.add("late", 1)
		}
	}
	for _, b := range c.Births {
		if b.Kind == cases.BirthRelapse && d.has(b.At) {
			k.add("relapsed", 1)
		}
	}
	return k.Counts
}

const fromPublic = "群众举报"

type counter struct {
	Counts
	p    *county.Profile
	c    *cases.Case
	d    Period
	shut bool
}

func (k *counter) add(field string, n float64) {
	if n != 0 {
		k.Counts[field] += n
	}
}

// on says whether a day of a form lies in the period.
func (k *counter) on(day disposal.Day) bool {
	t, ok := day.In(k.p.Zone)
	return ok && k.d.has(t)
}

// events counts what the log tells: of conclusions, disposals and closings the last one counts.
func (k *counter) events() {
	var concluded, mended, finished *cases.Event
	state := cases.State("")
	for i := range k.c.Events {
		e := &k.c.Events[i]
		if e.At.Before(k.d.To) {
			state = e.To
		}
		switch cases.Action(e.Action) {
		case cases.Conclude:
			concluded = e
		case cases.HandBack:
			k.once("bounced", e)
		case cases.Reopen:
			k.once("reopened", e)
		}
		if e.To == cases.Disposed && e.From != e.To {
			mended = e
		}
		if e.To.Over() && !e.From.Over() {
			finished = e
		}
	}
	if state == cases.Disposing {
		k.add("mending", 1)
	}
	if mended != nil {
		k.once("mended", mended)
	}
	if finished != nil && k.d.has(finished.At) {
		k.add("finished", 1)
		k.add("finish_sum", math.Round(k.p.Day(finished.At).Sub(k.p.Day(k.c.Learned())).Hours()/24))
	}
	if concluded != nil && k.d.has(concluded.At) {
		k.add("concluded", 1)
		if concluded.To == cases.True {
			k.confirmed()
		}
	}
}

func (k *counter) once(field string, e *cases.Event) {
	if k.d.has(e.At) {
		k.add(field, 1)
	}
}

func (k *counter) confirmed() {
	k.add("confirmed", 1)
	if Source(k.c) == fromPublic {
		k.add("reported", 1)
	}
	for _, id := range k.c.Categories {
		if cat, ok := k.p.Category(id); ok && cat.Point > 0 {
			k.add(fmt.Sprint("point", cat.Point), 1)
		}
	}
}

// record counts what was registered; each by its own day.
func (k *counter) record(f *disposal.Form) {
	on := k.on(f.On)
	switch {
	case f.Halt != nil && on:
		k.add("halted", 1)
	case (f.Dismantle != nil || f.Clearance != nil) && on:
		k.shut = true
		k.removed(f)
	case f.Cutoff != nil:
		if t, ok := f.Cutoff.Cut.In(k.p.Zone); ok && k.d.has(t) {
			k.add(f.Cutoff.What+"_cut", 1)
		}
	case f.Penalty != nil:
		if k.on(f.Penalty.Filed) {
			k.add("filed", 1)
		}
		if k.on(f.Penalty.Decided) {
			k.add("fined", float64(f.Penalty.Fine)/1e6)
		}
	case f.Judicial != nil && k.on(f.Judicial.Sent):
		k.add("handed", 1)
		if f.Judicial.Answer == "filed" {
			k.add("criminal", 1)
		}
	case f.Accountability != nil && on:
		k.add("accountable", float64(held(f)))
	case f.Trace != nil && on:
		k.add("traced", float64(firms(f)))
	}
}

// tonnes are how much of a unit is a tonne; what is counted in barrels is not converted.
var tonnes = map[string]float64{"t": 1, "kg": 0.001}

func (k *counter) removed(f *disposal.Form) {
	for _, e := range equipmentOf(f) {
		if e.How != "kept" {
			k.add("dismantled", float64(e.Count))
		}
	}
	for _, m := range materialsOf(f) {
		amount := float64(m.Amount) / 1000
		switch m.Hazardous {
		case "chemical":
			k.add("chemicals", amount*tonnes[m.Unit])
		case "waste":
			k.add("waste", amount*tonnes[m.Unit])
		}
		if m.Unit == "bottle" {
			k.add("bottles", amount)
		}
	}
}

// value is a number of a report, rounded as it is written.
func (n Counts) value(field string) Cell {
	ratio := func(a, b string, by, decimals float64) Cell {
		if n[b] == 0 {
			return Cell{} // of nothing there is no share
		}
		return number(math.Round(n[a]/n[b]*by*decimals) / decimals)
	}
	switch field {
	case "":
		return Cell{}
	case fieldPayments, fieldPaid: // of no case; paid fills them in
		return Cell{}
	case "true_share":
		return ratio("confirmed", "concluded", 100, 10)
	case "finish_days":
		return ratio("finish_sum", "finished", 1, 10)
	}
	return number(math.Round(n[field]*1e6) / 1e6)
}

// parts are the fields of which a number is made.
func parts(field string) []string {
	switch field {
	case "", fieldPayments, fieldPaid:
		return nil
	case "true_share":
		return []string{"confirmed", "concluded"}
	case "finish_days":
		return []string{"finish_sum", "finished"}
	}
	return []string{field}
}

// Report is a period's numbers, each the sum of what the rows add.
type Report struct {
	Period  Period
	Title   string
	By      string
	Columns []string // 合计 and the towns
	Groups  []ReportLines
	Rows    []ReportRow // the cases that add something, the oldest first
}

// ReportLines is a part of a report.
type ReportLines struct {
	Name  string
	Lines []ReportLine
}

// ReportLine is a number for each column. By hand: it is not kept here, and a person fills it.
type ReportLine struct {
	Name, Unit, Note string
	Field            string
	ByHand           bool
	Values           []Cell
}

// ReportRow is a case and what it adds.
type ReportRow struct {
	ID, Number, Town, Source string
	Counts                   Counts
}

// MaxReport is how many rows are counted at once for a page; more are counted as a job.
const MaxReport = 5000

// Report counts the period over all rows that the actor may see. most bounds the rows; 0 is no bound. fault ledger.report_large when there are more.
func (s *Service) Report(ctx context.Context, a cases.Actor, d Period, most int64, told func(int64) error) (Report, error) {
	sheet := cases.Sheet{Town: d.Town, To: d.To}
	if most > 0 {
		n, err := s.Cases.SheetCount(ctx, a, sheet, most+1)
		if err != nil {
			return Report{}, err
		}
		if n > most {
			return Report{}, fault.New(fault.TooLarge, "ledger.report_large")
		}
	}
	r := tally{p: s.Profile, d: d, sums: map[string]Counts{"": {}}}
	now, n := s.Now(), int64(0)
	for c, err := range s.Cases.SheetRows(ctx, a, sheet, tallyFields...) {
		if err != nil {
			return Report{}, fmt.Errorf("ledger: rows: %w", err)
		}
		r.take(&c, now)
		if n++; told != nil && n%tellEvery == 0 {
			if err := told(n); err != nil {
				return Report{}, err
			}
		}
	}
	report := r.report()
	report.Title = s.Of(cases.Sheet{Town: d.Town}) + "“小化工”排查整治"
	report.By = s.unitOf(a)
	return report, s.paid(ctx, a, &report, now)
}

// The fields that no case adds to.
const (
	fieldPayments = "rewards"
	fieldPaid     = "rewards_yuan"
)

// paid fills in what was paid in rewards, in the county's own report and once the time is over. In a unit's or a town's it would often be one case's: that
// somebody wished a reward is for nobody who handles it to know. Of a month that goes on, it would tell on which day a sum was paid.
func (s *Service) paid(ctx context.Context, a cases.Actor, r *Report, now time.Time) error {
	if s.Paid == nil || a.Role != cases.Duty || r.Period.Town != "" || now.Before(r.Period.To) {
		return nil
	}
	payments, fen, err := s.Paid.PaidIn(ctx, r.Period.From, r.Period.To)
	if err != nil {
		return fmt.Errorf("ledger: payments of a report: %w", err)
	}
	for _, g := range r.Groups {
		for _, l := range g.Lines {
			switch l.Field {
			case fieldPayments:
				l.Values[0] = number(float64(payments))
			case fieldPaid:
				l.Values[0] = number(float64(fen) / 100)
			}
		}
	}
	return nil
}

// tally sums rows up, by town and altogether.
type tally struct {
	p    *county.Profile
	d    Period
	sums map[string]Counts // by town code; "" altogether
	rows []ReportRow
}

const elsewhere = "-" // stands for a place that is in no town of ours

func (t *tally) take(c *cases.Case, now time.Time) {
	n := Count(t.p, c, t.d, now)
	if len(n) == 0 {
		return
	}
	town, ok := t.p.Town(c.Place.Town)
	code := town.Code
	if !ok {
		code = elsewhere
	}
	for _, key := range []string{"", code} {
		if t.sums[key] == nil {
			t.sums[key] = Counts{}
		}
		for f, v := range n {
			t.sums[key][f] += v
		}
	}
	t.rows = append(t.rows, ReportRow{ID: c.ID, Number: c.Number, Town: town.Name, Source: Source(c), Counts: n})
}

func (t *tally) report() Report {
	r := Report{Period: t.d, Columns: []string{"合计"}, Rows: t.rows}
	keys := []string{""}
	if t.d.Town == "" {
		for _, town := range t.p.Towns {
			keys, r.Columns = append(keys, town.Code), append(r.Columns, town.Name)
		}
		if t.sums[elsewhere] != nil {
			keys, r.Columns = append(keys, elsewhere), append(r.Columns, "别处、不清楚")
		}
	}
	for _, g := range t.p.Ledger.Reports {
		lines := ReportLines{Name: g.Name}
		for _, i := range g.Items {
			line := ReportLine{Name: i.Name, Unit: i.Unit, Note: i.Note, Field: i.Field, ByHand: i.Field == ""}
			for _, k := range keys {
				line.Values = append(line.Values, t.sums[k].value(i.Field))
			}
			lines.Lines = append(lines.Lines, line)
		}
		r.Groups = append(r.Groups, lines)
	}
	return r
}

// fields are the counted things of a report, each once, in its order.
func (r *Report) fields() []string {
	var all []string
	for _, g := range r.Groups {
		for _, l := range g.Lines {
			for _, f := range parts(l.Field) {
				if !slices.Contains(all, f) {
					all = append(all, f)
				}
			}
		}
	}
	return all
}
