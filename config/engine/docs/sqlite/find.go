package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/config/engine/docs"
)

// Get reads a document by id.
func (t *table) Get(ctx context.Context, id string) (docs.Record, error) {
	rows, err := t.store.query(ctx, `SELECT id, v, doc FROM `+t.docsTable()+` WHERE id = ?`, id)
	if err != nil {
		return docs.Record{}, err
	}
	recs, err := records(rows)
	if err == nil && len(recs) == 0 {
		err = docs.ErrNotFound
	}
	if err != nil {
		return docs.Record{}, err
	}
	return recs[0], nil
}

// Find reads a page.
func (t *table) Find(ctx context.Context, q docs.Query) (docs.Page[docs.Record], error) {
	var page docs.Page[docs.Record]
	p, err := docs.NewPlan(t.indexes, q)
	if err != nil {
		return page, err
	}
	if err := t.rarestFirst(ctx, &p); err != nil {
		return page, err
	}
	text, args := t.pageQuery(&p)
	rows, err := t.store.query(ctx, text, args...)
	if err != nil {
		return page, err
	}
	if page.Items, err = records(rows); err != nil {
		return page, err
	}
	if len(page.Items) > p.Limit {
		page.Items = page.Items[:p.Limit]
		page.Next, err = p.Next(page.Items[p.Limit-1])
	}
	return page, err
}

// IDs reads index entries without touching the documents.
func (t *table) IDs(ctx context.Context, q docs.Query) ([]string, error) {
	p, err := docs.NewPlan(t.indexes, q)
	if err != nil {
		return nil, err
	}
	if err := t.rarestFirst(ctx, &p); err != nil {
		return nil, err
	}
	s, order := t.ordered(&p)
	rows, err := t.store.query(ctx, `SELECT a.id `+s.text()+order, append(s.args, p.Limit)...)
	if err != nil {
		return nil, err
	}
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Count counts index entries without touching the documents.
func (t *table) Count(ctx context.Context, q docs.Query) (int64, error) {
	q.Limit, q.After = 0, ""
	p, err := docs.NewPlan(t.indexes, q)
	if err != nil {
		return 0, err
	}
	if err := t.rarestFirst(ctx, &p); err != nil {
		return 0, err
	}
	s := t.source(&p)
	if p.Most == 0 {
		return t.store.count(ctx, `SELECT count(*) `+s.text(), s.args...)
	}
	return t.store.count(ctx, `SELECT count(*) FROM (SELECT 1 `+s.text()+` LIMIT ?)`, append(s.args, p.Most)...)
}

// Tally groups index entries when the index ends in the field, and otherwise reads the field from every document of the query.
func (t *table) Tally(ctx context.Context, q docs.Query, name string) (map[string]int64, error) {
	p, grouped, err := docs.NewTally(t.indexes, q, name)
	if err != nil {
		return nil, err
	}
	if err := t.rarestFirst(ctx, &p); err != nil {
		return nil, err
	}
	s := t.source(&p)
	if grouped {
		return t.tallyEntries(ctx, s)
	}
	s.from += ` CROSS JOIN ` + t.docsTable() + ` d ON d.id = a.id`
	rows, err := t.store.query(ctx, `SELECT d.doc `+s.text(), s.args...)
	if err != nil {
		return nil, err
	}
	ix := docs.Index{Fields: []string{name}, Multi: docs.IsMulti(t.indexes, name)}
	tally := map[string]int64{}
	for rows.Next() {
		var doc sql.RawBytes
		if err := rows.Scan(&doc); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		entries, err := ix.Entries(bson.Raw(doc))
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		for _, e := range entries {
			tally[docs.TallyKey(e[0])]++
		}
	}
	return tally, rows.Err()
}

func (t *table) tallyEntries(ctx context.Context, s source) (map[string]int64, error) {
	rows, err := t.store.query(ctx, `SELECT `+s.order+`, count(*) `+s.text()+` GROUP BY 1`, s.args...)
	if err != nil {
		return nil, err
	}
	tally := map[string]int64{}
	for rows.Next() {
		var key []byte
		var n int64
		if err := rows.Scan(&key, &n); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		v, err := docs.ParseKey(key)
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		tally[docs.TallyKey(v)] = n
	}
	return tally, rows.Err()
}

// source is the part of a statement that finds the entries "a" of a plan.
type source struct {
	from  string
	order string // the column of the Order field
	where []string
	args  []any
}

func (s *source) and(condition string, args ...any) {
	s.where = append(s.where, condition)
	s.args = append(s.args, args...)
}

func (s *source) text() string {
	text := `FROM ` + s.from
	if len(s.where) > 0 {
		text += ` WHERE ` + strings.Join(s.where, ` AND `)
	}
	return text
}

// source writes a plan as SQL. Every condition is a seek in a primary key: the first element of All drives, each other one is looked up per entry.
func (t *table) source(p *docs.Plan) source {
	if p.Index == nil {
		s := source{from: t.docsTable() + " a", order: "a.id"}
		s.bound(p)
		return s
	}
	table, columns := t.indexTable(p.Index), keyColumns(p.Index, "a.")
	s := source{from: table + " a", order: "a.id"}
	for i, v := range p.All {
		if i == 0 {
			s.and(`a.k0 = ?`, docs.Key(v))
			columns = columns[1:]
			continue
		}
		same := ""
		for n := 1; n < len(p.Index.Fields); n++ {
			same += fmt.Sprintf(` AND b.k%d = a.k%d`, n, n)
		}
		s.and(`EXISTS (SELECT 1 FROM `+table+` b WHERE b.k0 = ?`+same+` AND b.id = a.id)`, docs.Key(v))
	}
	for i, v := range p.Equal {
		s.and(columns[i]+` = ?`, docs.Key(v))
	}
	if len(columns) > len(p.Equal) {
		s.order = columns[len(p.Equal)]
	}
	s.bound(p)
	return s
}

// bound adds the range and the place to go on from.
func (s *source) bound(p *docs.Plan) {
	bytes := func(v docs.Value) any { return docs.Key(v) }
	if s.order == "a.id" {
		bytes = func(v docs.Value) any { return v }
	} else if p.From != nil && p.To == nil {
		_, above := docs.KeyBounds(p.From)
		s.and(s.order+` < ?`, above)
	} else if p.To != nil && p.From == nil {
		least, _ := docs.KeyBounds(p.To)
		s.and(s.order+` >= ?`, least)
	}
	if p.From != nil {
		s.and(s.order+` >= ?`, bytes(p.From))
	}
	if p.To != nil {
		s.and(s.order+` < ?`, bytes(p.To))
	}
	if p.After == nil {
		return
	}
	beyond := ` > `
	if p.Desc {
		beyond = ` < `
	}
	if s.order == "a.id" {
		s.and(`a.id`+beyond+`?`, p.After.ID)
	} else {
		s.and(`(`+s.order+`, a.id)`+beyond+`(?, ?)`, bytes(p.After.Value), p.After.ID)
	}
}

// pageQuery reads one document more than the page has, to know whether there is a next one.
func (t *table) pageQuery(p *docs.Plan) (string, []any) {
	s, order := t.ordered(p)
	from := `a`
	if p.Index != nil {
		s.from += ` CROSS JOIN ` + t.docsTable() + ` d ON d.id = a.id`
		from = `d`
	}
	return fmt.Sprintf(`SELECT %s.id, %s.v, %s.doc %s%s`, from, from, from, s.text(), order), append(s.args, p.Limit+1)
}

// ordered gives the source of a plan and what follows it in a statement: the order, and a limit to be given.
func (t *table) ordered(p *docs.Plan) (source, string) {
	s, way := t.source(p), ``
	if p.Desc {
		way = ` DESC`
	}
	order := `a.id` + way
	if s.order != `a.id` {
		order = s.order + way + `, ` + order
	}
	return s, ` ORDER BY ` + order + ` LIMIT ?`
}

// rarestFirst puts the rarest of the elements asked for in front, because the first one drives the search. Entries are counted no further than that takes:
// most often one of the elements is rare, and where all are common it matters little which of them drives.
func (t *table) rarestFirst(ctx context.Context, p *docs.Plan) error {
	if len(p.All) < 2 {
		return nil
	}
	for _, enough := range []int64{1000, 32_000} {
		least, rarest := enough, 0
		for i, v := range p.All {
			n, err := t.amount(ctx, p.Index, v, least)
			if err != nil {
				return err
			}
			if n < least {
				least, rarest = n, i
			}
		}
		if least < enough {
			p.All[0], p.All[rarest] = p.All[rarest], p.All[0]
			break
		}
	}
	return nil
}

// remembered is how long an amount is good enough to choose by; known bounds how many are kept.
const (
	remembered = time.Minute
	known      = 4096
)

// amount is how many entries of an index begin with a value.
type amount struct {
	n, most int64 // counting stopped at most
	at      time.Time
}

// amount counts the entries of a value, up to most, or remembers. It decides which way a query goes, and nothing of what it finds.
func (t *table) amount(ctx context.Context, ix *docs.Index, v docs.Value, most int64) (int64, error) {
	key := ix.Name() + "\x00" + string(docs.Key(v))
	t.mu.Lock()
	a, ok := t.amounts[key]
	t.mu.Unlock()
	if ok && time.Since(a.at) < remembered && (a.n < a.most || a.most >= most) {
		return min(a.n, most), nil
	}
	n, err := t.store.count(ctx, `SELECT count(*) FROM (SELECT 1 FROM `+t.indexTable(ix)+` WHERE k0 = ? LIMIT ?)`, docs.Key(v), most)
	if err != nil {
		return 0, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.amounts == nil || len(t.amounts) >= known {
		t.amounts = map[string]amount{}
	}
	t.amounts[key] = amount{n, most, time.Now()}
	return n, nil
}

// records reads the rows id, v, doc and closes them.
func records(rows *sql.Rows) ([]docs.Record, error) {
	var recs []docs.Record
	for rows.Next() {
		var rec docs.Record
		var doc []byte
		if err := rows.Scan(&rec.ID, &rec.Version, &doc); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		rec.Doc = doc
		recs = append(recs, rec)
	}
	return recs, rows.Err()
}
