package triage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"qianshao/config/engine/docs"
	"qianshao/config/engine/enginetest"
	"qianshao/config/engine/queue"
	"qianshao/intake"
	"qianshao/triage"
)

// The queue is emptied again and again while tips come in and are worked on: each ends in a case, in one.
func TestAnEmptiedQueueLosesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		stop := w.run(time.Second)
		var tips []intake.TipID
		for round, st := range stages {
			for i := range 4 {
				tip, _ := w.tell(w.workshop(w.village(20+4*round+i), fmt.Sprintf("第%d处，说不太清", 4*round+i)))
				tips = append(tips, tip)
			}
			w.until("the last tip has come to "+string(st), func() bool {
				if _, err := w.triage.SweepAll(t.Context()); err != nil { // a tip may wait for one that the queue forgot
					t.Fatal(err)
				}
				return w.progress(tips[len(tips)-1:]) > round
			})
			must(t, w.Queue.Redis().FlushDB(t.Context()).Err())
		}
		stop() // what was being worked on when the queue forgot it cannot go on by itself
		w.open(w.Docs)
		w.run(time.Second) // sweeps at start
		w.until("every tip has its case", func() bool {
			if _, err := w.triage.SweepAll(t.Context()); err != nil {
				t.Fatal(err)
			}
			return len(w.waiting()) == 0
		})
		w.exactlyOnce(tips)
	})
}

// The worker is stopped without mercy at many moments, and another one goes on.
func TestStoppedWorkers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, enginetest.Redis(t))
	tips := w.different(8)
	for done := 1; done < len(tips)*len(stages); done += 4 {
		stop := w.run(time.Millisecond)
		w.until("the next stages are done", func() bool { return w.progress(tips) >= done })
		stop()
		w.open(w.Docs)
	}
	w.run(time.Second)
	w.until("every tip has its case", func() bool {
		if _, err := w.triage.SweepAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(w.waiting()) == 0
	})
	w.exactlyOnce(tips)
}

// mortal is the real store of a process that dies just before one of its writes. From then on nothing works.
type mortal struct {
	docs.Store
	left atomic.Int64 // writes until death
	dead atomic.Bool
}

type mortalTable struct {
	docs.Table
	m *mortal
}

var errDead = errors.New("the process is dead")

func (m *mortal) Open(ctx context.Context, name string, ix []docs.Index) (docs.Table, error) {
	t, err := m.Store.Open(ctx, name, ix)
	return &mortalTable{t, m}, err
}

func (m *mortal) write(f func() error) error {
	if m.dead.Load() {
		return errDead
	}
	if m.left.Add(-1) > 0 {
		return f()
	}
	m.dead.Store(true)
	return errDead
}

func (t *mortalTable) Insert(ctx context.Context, r docs.Record) error {
	return t.m.write(func() error { return t.Table.Insert(ctx, r) })
}

func (t *mortalTable) Replace(ctx context.Context, r docs.Record) (done bool, err error) {
	err = t.m.write(func() error { done, err = t.Table.Replace(ctx, r); return err })
	return done, err
}

// The process dies at every single write of a tip's way; the next process brings the tip to its one case.
func TestDeathAtEveryWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	var tips []intake.TipID
	for n, survived := 1, false; !survived; n++ {
		tip, _ := w.tell(w.workshop(w.village(50+n), fmt.Sprintf("第%d处", n)), photo(t, 1))
		w.clock.Add(int64(time.Minute)) // the tip has settled
		m := &mortal{Store: w.Docs}
		m.left.Store(int64(n))
		w.open(m)
		err := w.walk(tip)
		if survived = !m.dead.Load(); survived && err != nil {
			t.Fatalf("no death before write %d, but %v", n, err)
		}
		w.open(w.Docs)
		must(t, w.walk(tip))
		tips = append(tips, tip)
	}
	if len(tips) < 10 {
		t.Errorf("only %d deaths", len(tips)-1)
	}
	t.Logf("%d deaths", len(tips)-1)
	if left := w.waiting(); len(left) > 0 {
		t.Errorf("%d tips still wait", len(left))
	}
	w.exactlyOnce(tips)
}

var stages = []triage.Stage{triage.Sort, triage.Media, triage.Locate, triage.Match, triage.Route}

// progress counts the stages that are done, of all the tips.
func (w *world) progress(tips []intake.TipID) int {
	w.t.Helper()
	n := 0
	for _, id := range tips {
		r, err := w.triage.Reading(w.t.Context(), id)
		if err != nil && !errors.Is(err, docs.ErrNotFound) {
			w.t.Fatal(err)
		}
		n += slices.Index(stages, r.Stage) + 1
	}
	return n
}

// walk does every stage of a tip in order, as the tasks would.
func (w *world) walk(tip intake.TipID) error {
	for _, st := range stages {
		if err := w.triage.Work(w.t.Context(), st, tip, 0); err != nil {
			return err
		}
	}
	return nil
}

// A task that failed too often stands archived and keeps its id; the sweep makes it run again.
func TestAnArchivedTaskIsRevived(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		tips := w.different(3)
		look := asynq.NewInspector(w.Queue)
		defer func() { must(t, look.Close()) }()
		for _, id := range tips {
			must(t, look.ArchiveTask(queue.Urgent, triage.TaskID(triage.Sort, id)))
		}
		if n, err := w.triage.SweepAll(t.Context()); err != nil || n != 3 {
			t.Errorf("swept %d, %v", n, err)
		}
		if n, err := w.triage.SweepAll(t.Context()); err != nil || n != 0 {
			t.Errorf("swept %d that were on their way, %v", n, err)
		}
		w.run(time.Second)
		w.finished()
		w.exactlyOnce(tips)
	})
}

// A task that stays active for too long (asynq #1144) gets another one beside it, once.
func TestAStuckTask(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	tips := w.different(1)
	hang := make(chan struct{})
	config := queue.ServerConfig(1, w.triage.Log)
	config.Queues = map[string]int{queue.Urgent: 1}
	stuck := asynq.NewServer(w.Queue, config)
	must(t, stuck.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error { <-hang; return nil })))
	defer stuck.Shutdown()
	defer close(hang)
	look := asynq.NewInspector(w.Queue)
	defer func() { must(t, look.Close()) }()
	w.until("the task is active", func() bool {
		info, err := look.GetTaskInfo(queue.Urgent, triage.TaskID(triage.Sort, tips[0]))
		return err == nil && info.State == asynq.TaskStateActive
	})
	if n, err := w.triage.SweepAll(t.Context()); err != nil || n != 0 {
		t.Errorf("swept %d that are at work, %v", n, err)
	}
	w.clock.Store(int64(triage.StuckAfter))
	for range 3 {
		if _, err := w.triage.SweepAll(t.Context()); err != nil {
			t.Error(err)
		}
	}
	pending, err := look.ListPendingTasks(queue.Urgent)
	must(t, err)
	if len(pending) != 1 {
		t.Errorf("%d tasks stand beside the stuck one", len(pending))
	}
	w.run(time.Second)
	w.finished()
	w.exactlyOnce(tips)
}

// With Redis down a tip is accepted all the same, quickly, and goes its way when Redis is back.
func TestRedisDownDuringSubmission(t *testing.T) {
	t.Parallel()
	server := enginetest.RedisServer(t)
	w := newWorld(t, server.URL)
	w.run(time.Second)
	before := w.different(1)
	w.finished()
	server.Kill()
	start := time.Now()
	tip, _ := w.tell(w.workshop(w.village(40), "停电以后又开工了"))
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("the person waited for %v", d)
	}
	if len(w.waiting()) != 1 {
		t.Fatal("the tip was not kept")
	}
	server.Start()
	w.until("the tip has its case", func() bool {
		_, err := w.triage.SweepAll(t.Context())
		return err == nil && len(w.waiting()) == 0
	})
	w.exactlyOnce(append(before, tip))
}

// A payload that cannot be read is put away at once and stops nothing else.
func TestAnUnreadablePayload(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	client := asynq.NewClient(w.Queue)
	defer func() { must(t, client.Close()) }()
	for i, body := range []string{"", "{", `{"tip":""}`, `{"tip":"unknown"}`} {
		_, err := client.Enqueue(asynq.NewTask("tip:media", []byte(body), asynq.Queue(queue.Triage), asynq.TaskID(fmt.Sprint("bad", i)), asynq.MaxRetry(5)))
		must(t, err)
	}
	tips := w.different(1)
	w.run(time.Second)
	w.finished()
	look := asynq.NewInspector(w.Queue)
	defer func() { must(t, look.Close()) }()
	w.until("the bad tasks are put away", func() bool {
		away, err := look.ListArchivedTasks(queue.Triage)
		return err == nil && len(away) == 4
	})
	w.exactlyOnce(tips)
}

// A tip that was to join a case which is never opened gets one of its own.
func TestTheOpenerNeverComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	report := w.workshop(w.village(60), "村后的旧院子里夜里熬东西，味道刺鼻，早上从后门拉走几十个蓝桶")
	opener, _ := w.tell(report)
	joiner, _ := w.tell(report)
	w.clock.Add(int64(time.Second))
	for _, tip := range []intake.TipID{opener, joiner} {
		for _, st := range stages[:4] {
			must(t, w.triage.Work(t.Context(), st, tip, 0))
		}
	}
	r, err := w.triage.Reading(t.Context(), joiner)
	must(t, err)
	if r.Decision.New || r.Decision.Case != w.cases.ID(opener) {
		t.Fatalf("decision %+v", r.Decision)
	}
	if err := w.triage.Work(t.Context(), triage.Route, joiner, 0); err == nil {
		t.Error("joined a case that does not exist")
	}
	w.clock.Add(int64(time.Minute))
	must(t, w.triage.Work(t.Context(), triage.Route, joiner, 0))
	must(t, w.triage.Work(t.Context(), triage.Route, opener, 0))
	w.exactlyOnce([]intake.TipID{opener, joiner})
	if n := len(w.all()); n != 2 {
		t.Errorf("%d cases", n)
	}
}

// A photo that is lost, or is not as it was stored, keeps no tip from its case. The lost one is looked for again, ever more seldom; the other one never.
func TestLostEvidence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	tip, _ := w.tell(w.workshop(w.village(61), "后院里摆了一排蓝桶"), photo(t, 1), photo(t, 2))
	opened, err := w.intake.Open(t.Context(), tip)
	must(t, err)
	lost, bent := "tips/"+string(tip)+"/"+opened.Items[0].ID, "tips/"+string(tip)+"/"+opened.Items[1].ID
	rc, err := w.Blobs.Get(t.Context(), lost)
	kept := read(t, rc, err)
	must(t, w.Blobs.Delete(t.Context(), lost))
	_, err = w.Blobs.Put(t.Context(), bent, strings.NewReader("not what it was"))
	must(t, err)
	w.clock.Add(int64(time.Minute)) // the tip has settled
	pass := func() triage.Reading {
		t.Helper()
		for _, st := range stages {
			must(t, w.triage.Work(t.Context(), st, tip, 3))
		}
		must(t, w.Queue.Redis().FlushDB(t.Context()).Err())
		r, err := w.triage.Reading(t.Context(), tip)
		must(t, err)
		return r
	}
	for n, rest := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		r := pass()
		if r.Passes != n+1 || len(r.Pictures) != 1 || r.Pictures[0].Item != opened.Items[1].ID || r.Pictures[0].Problem != "picture.broken" {
			t.Fatalf("after pass %d: %+v", n+1, r)
		}
		for _, step := range []struct {
			after time.Duration
			swept int
		}{{rest - 10*time.Second, 0}, {20 * time.Second, 1}} {
			w.clock.Add(int64(step.after))
			if n, err := w.triage.SweepAll(t.Context()); err != nil || n != step.swept {
				t.Errorf("rest %v: swept %d, %v; want %d", rest, n, err, step.swept)
			}
		}
	}
	w.exactlyOnce([]intake.TipID{tip})
	_, err = w.Blobs.Put(t.Context(), lost, bytes.NewReader(kept))
	must(t, err)
	if r := pass(); r.Passes != 0 || len(r.Pictures) != 2 || len(w.waiting()) != 0 {
		t.Errorf("when it is back: %+v, %d tips wait", r, len(w.waiting()))
	}
}
