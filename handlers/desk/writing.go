package desk

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
)

// writingFor is how long somebody counts as writing after the last sign of it.
const writingFor = 10 * time.Minute

// takeAction takes the writing over from who began before.
const takeAction = "take"

// Who is writing in a case stands in Redis, under writing:CASE: staff id -> when they began and when they were seen last. Who began first has the case; that
// ends when they are done, when nothing was heard of them for writingFor, and when somebody takes over. It is a courtesy that warns others: what keeps two
// people from overwriting each other is the version of the case. So it may be forgotten at any moment, and nothing waits for it.

func writingKey(id string) string { return "writing:" + id }

// patience is how long a page waits to know who is writing.
const patience = 300 * time.Millisecond

// writer is somebody who is writing in a case.
type writer struct {
	staff       string
	since, last time.Time
}

func (w writer) String() string { return fmt.Sprintf("%d %d", w.since.UnixMilli(), w.last.UnixMilli()) }

// writerOf reads what stands for somebody in Redis; false for what is no longer so at the given moment.
func writerOf(staff, text string, now time.Time) (writer, bool) {
	var since, last int64
	if _, err := fmt.Sscanf(text, "%d %d", &since, &last); err != nil {
		return writer{}, false
	}
	w := writer{staff, time.UnixMilli(since), time.UnixMilli(last)}
	return w, now.Sub(w.last) < writingFor
}

// writing is POST /desk/cases/:id/writing: a script says that somebody began to type, and that they go on. The answer says who else has the case: {"text": ""}.
func (p *Pages) writing(c *gin.Context) error {
	k, err := p.Cases.Glimpse(c.Request.Context(), staff(c).Actor(), c.Param("id"))
	if err != nil {
		return err
	}
	p.writes(c, k.ID)
	c.JSON(http.StatusOK, gin.H{"text": p.othersWriting(c, k.ID)})
	return nil
}

// takeOver is POST /desk/cases/:id/take: who asks is the one who writes from now on, and those who wrote are told so.
func (p *Pages) takeOver(c *gin.Context) error {
	k, err := p.Cases.Glimpse(c.Request.Context(), staff(c).Actor(), c.Param("id"))
	if err != nil {
		return err
	}
	if len(p.Cases.Actions(staff(c).Actor(), &k)) == 0 {
		return fault.New(fault.Forbidden, "desk.forbidden")
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	p.Engines.Queue.Redis().Del(ctx, writingKey(k.ID))
	p.writes(c, k.ID)
	return nil
}

// writes notes that who asks is writing in a case.
func (p *Pages) writes(c *gin.Context, id string) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	r, me, now := p.Engines.Queue.Redis(), staff(c).ID, p.Now()
	w := writer{me, now, now}
	if text, err := r.HGet(ctx, writingKey(id), me).Result(); err == nil {
		if before, ok := writerOf(me, text, now); ok {
			w.since = before.since
		}
	}
	if err := r.HSet(ctx, writingKey(id), me, w.String()).Err(); err != nil {
		slog.DebugContext(ctx, "who is writing was not noted", "error", err)
		return
	}
	r.Expire(ctx, writingKey(id), writingFor)
}

// wrote notes that who asks has done writing.
func (p *Pages) wrote(c *gin.Context, id string) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	p.Engines.Queue.Redis().HDel(ctx, writingKey(id), staff(c).ID)
}

// othersWriting says who else has a case, since when, and when they were seen last; "" when that is nobody, or who asks.
func (p *Pages) othersWriting(c *gin.Context, id string) string {
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	all, err := p.Engines.Queue.Redis().HGetAll(ctx, writingKey(id)).Result()
	if err != nil {
		return ""
	}
	var writers []writer
	for who, text := range all {
		if w, ok := writerOf(who, text, p.Now()); ok {
			writers = append(writers, w)
		}
	}
	if len(writers) == 0 {
		return ""
	}
	first := slices.MinFunc(writers, func(a, b writer) int { return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.staff, b.staff)) })
	if first.staff == staff(c).ID {
		return ""
	}
	people, err := p.Accounts.List(ctx)
	if err != nil {
		return ""
	}
	for _, m := range people {
		if m.ID == first.staff {
			clock := func(t time.Time) string { return t.In(p.Profile.Zone).Format("15:04") }
			return p.Words.T("now.writing", p.who(m.Unit, m.Name), clock(first.since), clock(first.last))
		}
	}
	return ""
}

// lock is the line about who else is writing, with the button to take over for who may do something in the case.
func (p *Pages) lock(c *gin.Context, k *cases.Case) frontend.Lock {
	return frontend.Lock{Case: k.ID, Text: p.othersWriting(c, k.ID), Take: len(p.Cases.Actions(staff(c).Actor(), k)) > 0}
}
