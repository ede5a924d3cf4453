package triage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hibiken/asynq"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/queue"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/gazetteer"
	"qianshao/triage/judge"
	"qianshao/triage/route"
)

// handle is the one handler of the queue: it reads the payload, runs the stage and says whether to try again.
func (s *Service) handle(ctx context.Context, t *asynq.Task) error {
	for prefix, j := range s.Jobs {
		if strings.HasPrefix(t.Type(), prefix) {
			return j.Handle(ctx, t)
		}
	}
	st := Stage(strings.TrimPrefix(t.Type(), "tip:"))
	id, err := tipOf(t)
	if err != nil {
		return err
	}
	tries, _ := asynq.GetRetryCount(ctx) // 0 outside of a task
	if on, _ := asynq.GetQueueName(ctx); on != queue.Urgent {
		s.Intake.Calm(ctx, calmFor)
	}
	err = s.follow(ctx, st, id, tries)
	if fault.KindOf(err) == fault.NotFound { // the tip is gone: no try will find it
		return fmt.Errorf("triage: %s of %s: %w: %w", st, id, err, asynq.SkipRetry)
	}
	return err
}

// Work runs one stage of a tip and enqueues the next one. A stage that was done only enqueues; one whose turn has not come does nothing.
// tries is how often this task failed before.
func (s *Service) Work(ctx context.Context, st Stage, id intake.TipID, tries int) error {
	j, err := s.open(ctx, id, tries)
	if err != nil {
		return err
	}
	next, err := j.work(ctx, st)
	if err != nil || next == "" {
		return err
	}
	return s.tasks.enqueue(ctx, next, id, j.reading.Urgent, "")
}

// follow runs a stage and those after it, as long as they stand on the same queue: only the first one waits for its turn. When one fails, the task is tried
// again from the stage that it was made for, and what is done is passed over. The tip is opened once, and once more after its pictures, which take a while:
// what the person adds meanwhile keeps the tip waiting (intake.Finish) and is announced by itself.
func (s *Service) follow(ctx context.Context, st Stage, id intake.TipID, tries int) error {
	j, err := s.open(ctx, id, tries)
	for err == nil {
		var next Stage
		next, err = j.work(ctx, st)
		if err != nil || next == "" {
			return err
		}
		if queueOf(next, j.reading.Urgent) != queueOf(st, j.reading.Urgent) {
			return s.tasks.enqueue(ctx, next, id, j.reading.Urgent, "")
		}
		if st == Media && len(j.tip.Items) > 0 {
			j, err = s.open(ctx, id, tries)
		}
		st = next
	}
	return err
}

// open reads a tip and what is concluded about it so far.
func (s *Service) open(ctx context.Context, id intake.TipID, tries int) (*job, error) {
	tip, err := s.Intake.Open(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("triage: open tip %s: %w", id, err)
	}
	r, err := s.begun(ctx, id)
	return &job{Service: s, tip: tip, reading: r, tries: tries}, err
}

// work runs one stage and names the next one; none after the last, or when the turn of the stage has not come.
func (j *job) work(ctx context.Context, st Stage) (next Stage, err error) {
	r := j.reading
	switch {
	case r.Stage.next().index() < st.index():
		return "", nil
	case st == Sort:
		r, err = j.sort(ctx)
	case r.Stage.index() >= st.index() && st != Route:
	case st == Media:
		r, err = j.media(ctx)
	case st == Locate:
		r, err = j.locate(ctx)
	case st == Match:
		r, err = j.match(ctx)
	case st == Route:
		return "", j.route(ctx)
	default:
		return "", fmt.Errorf("triage: no stage %q: %w", st, asynq.SkipRetry)
	}
	if err != nil {
		return "", err
	}
	j.reading = r
	return r.Stage.next(), nil
}

// job is what a task does for one tip.
type job struct {
	*Service
	tip     *intake.Tip
	reading Reading
	tries   int

	found  *gazetteer.Place // where it happened, once that was asked
	routed *route.Decision  // what the rules say of the tip at a place, once they were asked
	at     judge.Where
}

// sort notes how urgent the tip is, so that the desk learns of it before its pictures are read, and, when evidence or words came since, sends it through the stages again; its case stays.
func (j *job) sort(ctx context.Context) (Reading, error) {
	t := judge.Tip{ID: string(j.tip.ID), Received: j.tip.Received, Report: j.tip.Report, Later: j.tip.Said}
	urgent := j.judge.Urgent(t)
	var alarm []string
	if urgent {
		alarm = j.alarms(t)
	}
	again := len(j.reading.unread(j.tip)) > 0 || len(j.tip.Said) > j.reading.Heard
	note := func(r *Reading) error {
		if r.Stage == Unread || again && r.Stage.index() >= Media.index() {
			r.Stage, r.At = Sort, j.Now()
		}
		r.Urgent, r.Alarm = urgent, nil
		if urgent && r.Decision == nil { // it has no case yet
			r.Alarm = alarm
		}
		return nil
	}
	if first := j.reading; first.Stage == Unread {
		err := errors.Join(note(&first), j.readings.Insert(ctx, &first))
		if !errors.Is(err, docs.ErrExists) {
			return first, err
		}
	}
	return j.readings.Change(ctx, j.reading.Tip, note)
}

// alarms says who may know before the place is known: the duty desk, unless the words accuse it or the tip is to be sealed.
func (j *job) alarms(t judge.Tip) []string {
	if d := j.judge.Route(t, judge.Where{}); slices.Contains(d.Sees, county.DutyDesk) && !slices.Contains(d.Hidden, county.DutyDesk) {
		return []string{county.DutyDesk}
	}
	return nil
}

// Alarms counts the tips that cannot wait and have no case yet, as far as the unit may know of them.
func (s *Service) Alarms(ctx context.Context, unit string) (int64, error) {
	n, err := s.readings.Count(ctx, docs.Query{Where: []docs.Eq{{Field: "alarm", Value: unit}}, Order: "at"})
	if err != nil {
		return 0, fmt.Errorf("triage: count alarms: %w", err)
	}
	return n, nil
}

// urgent says whether the tip cannot wait: the person chose an emergency, or the words tell of one.
func (j *job) urgent() bool {
	e := j.tip.Report.Emergency
	return e != "" && e != "none" || j.reading.Urgent
}

// locate finds the place. A tip that has its case keeps its place: moving a case is a person's decision.
func (j *job) locate(ctx context.Context) (Reading, error) {
	t, err := j.facts()
	if err != nil {
		return Reading{}, err
	}
	found := j.place(ctx, t)
	j.found = &found
	return j.conclude(ctx, Locate, j.tip.ID, func(r *Reading) {
		if r.Decision != nil {
			return
		}
		at := j.judge.Where(t, found)
		r.Place = cases.Place{County: at.OtherCounty, Town: at.Town, Village: at.Village, Confidence: found.Confidence, Reasons: found.Reasons}
		r.NearBorder, r.Placed, r.Named, r.Near = at.NearBorder, at.Placed, at.Named, nil
		for _, c := range found.Alternatives {
			r.Near = append(r.Near, c.Name)
		}
	})
}

// facts are the tip as the judge takes it.
func (j *job) facts() (judge.Tip, error) {
	t := judge.Tip{ID: string(j.tip.ID), Received: j.tip.Received, Report: j.tip.Report, Later: j.tip.Said}
	seen, err := j.openPrivate(&j.reading)
	if err != nil {
		return t, err
	}
	for _, it := range j.tip.Items { // in their order, so that the answer is the same every time
		f, ok := seen.Pictures[it.ID]
		if !ok {
			continue
		}
		t.Pictures = append(t.Pictures, f.picture())
		if !t.Report.PhotoPlace {
			continue
		}
		if f.Where != nil {
			t.Photos = append(t.Photos, *f.Where)
		}
		for _, d := range f.Doubts {
			t.Doubts = append(t.Doubts, strings.TrimSuffix(fault.New(fault.Invalid, string(d)).Sentence(fault.DefaultLang), "。"))
		}
	}
	return t, nil
}

// decide applies the routing rules to the place that was concluded.
func (j *job) decide(t judge.Tip) route.Decision {
	place := j.reading.Place
	at := judge.Where{Town: place.Town, Village: place.Village, OtherCounty: place.County, NearBorder: j.reading.NearBorder, Placed: j.reading.Placed, Named: j.reading.Named}
	if j.routed == nil || j.at != at {
		d := j.judge.Route(t, at)
		j.routed, j.at = &d, at
	}
	return *j.routed
}

// route puts the tip into its case and ends triage, unless something came meanwhile that nobody has read.
func (j *job) route(ctx context.Context) error {
	d := j.reading.Decision
	if d == nil {
		return fmt.Errorf("triage: tip %s has no decision", j.tip.ID)
	}
	t, err := j.facts()
	if err != nil {
		return err
	}
	routed := j.decide(t)
	c, err := j.file(ctx, d, routed)
	if err != nil {
		return err
	}
	if err := j.revise(ctx, c, routed); err != nil {
		return err
	}
	if err := j.answered(ctx, &c, routed, j.reading.Decision); err != nil {
		return err
	}
	r, err := j.conclude(ctx, Route, j.tip.ID, func(r *Reading) {
		r.Alarm = nil // its case says so from now on
		r.Heard = len(j.tip.Said)
		if r.Passes++; len(r.unread(j.tip)) == 0 {
			r.Passes = 0
		}
	})
	if err != nil {
		return err
	}
	if len(r.unread(j.tip)) > 0 { // a store was away: the sweep sends the tip through again, after a while
		return nil
	}
	// What came meanwhile makes the tip wait on, and its own announcement or the sweep brings it here again.
	if err := j.Intake.Finish(ctx, j.tip); err != nil {
		return fmt.Errorf("triage: finish %s: %w", j.tip.ID, err)
	}
	return nil
}

// open is the case that the tip opens.
func (j *job) open(to route.Decision, d *Decision) cases.Opening {
	report := j.tip.Report
	return cases.Opening{
		Tip: j.tip.ID, Received: j.tip.Received, Told: j.tip.Told, Channel: report.Channel, Place: j.reading.Place, Categories: to.Categories, Signs: report.Signs, Sites: report.Sites,
		Emergency: to.Emergency, Guessed: to.Guessed, Usual: to.Usual, Priority: to.Priority, Lead: to.Lead, Co: to.Co, Oversight: to.Oversight, Refer: to.Refer, Sealed: to.Sealed, Sees: to.Sees,
		Rule: to.Rule, Reasons: append(to.Reasons, d.Reasons...), Hidden: to.Hidden, Confidence: to.Confidence, Recurs: d.Recurs, Doubts: j.doubts(to, d),
	}
}

// file opens the case, or joins the tip to the one that was decided.
func (j *job) file(ctx context.Context, d *Decision, to route.Decision) (cases.Case, error) {
	report := j.tip.Report
	if d.New {
		return j.Cases.Open(ctx, j.open(to, d))
	}
	c, err := j.Cases.Link(ctx, d.Case, cases.Joining{
		Tip: j.tip.ID, Received: j.tip.Received, Told: j.tip.Told, Channel: report.Channel, Reasons: d.Reasons, Place: j.reading.Place, Known: d.Known, Signs: report.Signs, Sites: report.Sites,
		Emergency: to.Emergency, Guessed: to.Guessed, Usual: to.Usual, Priority: to.Priority, Why: to.Reasons, Doubts: doubled(d),
	})
	if errors.Is(err, cases.ErrElsewhere) {
		if d, err = j.again(ctx, d, to); err != nil {
			return c, err
		}
		return j.file(ctx, d, to)
	}
	if !errors.Is(err, docs.ErrNotFound) {
		return c, err
	}
	// The tip that opens the case has decided so and not done it yet. Should it never do it, this one must not be lost with it.
	if j.Now().Sub(j.reading.At) < waitAtMost {
		return c, errLater
	}
	r, err := j.readings.Change(ctx, j.reading.Tip, func(r *Reading) error {
		if r.Decision.Case == d.Case {
			r.Decision = j.own("像另一件还没建档的事，先单独办")
		}
		return nil
	})
	if err != nil {
		return c, err
	}
	j.reading = r
	return j.file(ctx, r.Decision, to)
}

// revise lets the case follow what the person said since it was opened. It only ever takes out, seals and hurries: the rest is a person's decision by now.
func (j *job) revise(ctx context.Context, c cases.Case, to route.Decision) error {
	if to.Guessed && c.Lowered && !j.judge.Urgent(judge.Tip{Later: j.tip.Said[min(j.reading.Heard, len(j.tip.Said)):]}) {
		to.Emergency = false // a person has looked at these words already
	}
	if !to.Sealed && len(to.Hidden) == 0 && !to.Emergency {
		return nil
	}
	r := cases.Revision{
		Tip: j.tip.ID, Hidden: to.Hidden, Sealed: to.Sealed, Lead: to.Lead, Co: to.Co, Oversight: to.Oversight, Categories: to.Categories, Rule: to.Rule, Reasons: to.Reasons,
		Emergency: to.Emergency, Guessed: to.Guessed, Usual: to.Usual, Priority: c.Priority,
	}
	if to.Emergency {
		r.Priority = to.Priority
	}
	if _, err := j.Cases.Revise(ctx, c.ID, r); err != nil {
		return fmt.Errorf("triage: revise case %s: %w", c.ID, err)
	}
	return nil
}
