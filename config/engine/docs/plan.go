package docs

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	idField      = "_id"
	defaultLimit = 100
	maxLimit     = 1000
	// maxAll bounds how many elements of a multi-valued field may be asked for at once.
	maxAll = 32
)

// Plan is how a query is served. It is made here once for both engines, so that they refuse the same queries.
type Plan struct {
	Index *Index  // nil: the ids themselves
	All   []Value // of a multi-valued index: what its first field must hold, each once
	Equal []Value // what the next fields of Index must equal
	// Order is "_id", then all fields of Index are bound by All and Equal, or the one field of Index that is not.
	Order    string
	Desc     bool
	From, To Value // nil is open; both of one type
	Limit    int
	After    *Position // nil for the first page
	Most     int64     // where a count stops; 0 is never

	shape []byte // a digest of the query, which a token must carry
}

// Position is the place of the last document of a page.
type Position struct {
	Value Value // of the Order field; the id when that is "_id"
	ID    string
}

// NewPlan finds the index that serves q. ErrNoIndex, ErrToken.
func NewPlan(indexes []Index, q Query) (Plan, error) {
	p := Plan{Order: q.Order, Desc: q.Desc, Limit: q.Limit, Most: q.Most}
	if p.Order == "" {
		p.Order = idField
	}
	if p.Limit == 0 {
		p.Limit = defaultLimit
	}
	if p.Limit < 1 || p.Limit > maxLimit {
		return p, fmt.Errorf("docs: a page of %d documents; 1 to %d are allowed", q.Limit, maxLimit)
	}
	if p.Most < 0 {
		return p, fmt.Errorf("docs: a count up to %d", q.Most)
	}
	where := map[string][]Value{}
	for _, eq := range q.Where {
		v, err := ValueOf(eq.Value)
		if err != nil {
			return p, fmt.Errorf("%w (field %s)", err, eq.Field)
		}
		where[eq.Field] = append(where[eq.Field], v)
	}
	if err := p.bound(q); err != nil {
		return p, err
	}
	if !p.choose(indexes, where) {
		return p, fmt.Errorf("%w: where %s order by %s", ErrNoIndex, strings.Join(slices.Sorted(maps.Keys(where)), ", "), p.Order)
	}
	p.shape = p.digest()
	if q.After != "" {
		after, err := p.position(q.After)
		if err != nil {
			return p, ErrToken
		}
		p.After = after
	}
	return p, nil
}

// NewTally plans a Tally. grouped says that the index of the plan ends in the field, so that its entries alone can be counted.
func NewTally(indexes []Index, q Query, name string) (p Plan, grouped bool, err error) {
	if !slices.ContainsFunc(indexes, func(ix Index) bool { return slices.Contains(ix.Fields, name) }) {
		return p, false, fmt.Errorf("%w: %s is not indexed", ErrNoIndex, name)
	}
	q.Limit, q.After = 0, ""
	if q.Order == "" && q.From == nil && q.To == nil {
		byField := q
		byField.Order = name
		if p, err = NewPlan(indexes, byField); !errors.Is(err, ErrNoIndex) {
			return p, true, err
		}
	}
	p, err = NewPlan(indexes, q)
	return p, p.Order == name, err
}

// bound takes over the range of a query.
func (p *Plan) bound(q Query) (err error) {
	if q.From != nil {
		if p.From, err = ValueOf(q.From); err != nil {
			return err
		}
	}
	if q.To != nil {
		if p.To, err = ValueOf(q.To); err != nil {
			return err
		}
	}
	for _, v := range []Value{p.From, p.To} {
		if _, isString := v.(string); v != nil && p.Order == idField && !isString {
			return errors.New("docs: ids are bounded by strings")
		}
	}
	if p.From != nil && p.To != nil && Key(p.From)[0] != Key(p.To)[0] {
		return errors.New("docs: From and To are of different types")
	}
	return nil
}

// choose takes the first index that serves the query.
func (p *Plan) choose(indexes []Index, where map[string][]Value) bool {
	if len(where) == 0 && p.Order == idField {
		return true
	}
	for i := range indexes {
		if p.take(&indexes[i], where) {
			return true
		}
	}
	return false
}

// take tries one index: its leading fields must be the Where fields, and nothing may stand between them and the order.
func (p *Plan) take(ix *Index, where map[string][]Value) bool {
	lead, rest := ix.Fields[:min(len(where), len(ix.Fields))], ix.Fields[min(len(where), len(ix.Fields)):]
	inOrder := len(rest) == 0 && p.Order == idField || len(rest) == 1 && rest[0] == p.Order
	if len(lead) < len(where) || !inOrder || ix.Multi && len(lead) == 0 {
		return false
	}
	var all, equal []Value
	for i, name := range lead {
		values := where[name]
		if i == 0 && ix.Multi {
			all = slices.Clone(values)
			slices.SortFunc(all, compare)
			all = slices.Compact(all)
			if len(all) == 0 || len(all) > maxAll {
				return false
			}
			continue
		}
		if len(values) != 1 {
			return false
		}
		equal = append(equal, values[0])
	}
	p.Index, p.All, p.Equal = ix, all, equal
	return true
}

// Next gives the token of the page after the one that ends with rec.
func (p *Plan) Next(rec Record) (string, error) {
	v, ok, err := field(rec.Doc, p.Order)
	if err != nil || !ok {
		return "", fmt.Errorf("docs: %s has no %s to go on from", rec.ID, p.Order)
	}
	value, err := valueOfRaw(v)
	if err != nil {
		return "", fmt.Errorf("docs: page token: %w", err)
	}
	key := Key(value)
	body := append(binary.AppendUvarint(nil, uint64(len(key))), key...)
	body = append(body, rec.ID...)
	return base64.RawURLEncoding.EncodeToString(append(p.seal(body), body...)), nil
}

const sealSize = 12

// seal ties a token to its query. It is no secret: who computes it by hand gets no more than another place to start from in a query that he was
// allowed to make. It keeps a token that was cut, changed or taken from another list from being read as a place in this one.
func (p *Plan) seal(body []byte) []byte {
	sum := sha256.Sum256(append(slices.Clone(p.shape), body...))
	return sum[:sealSize]
}

// position reads a token.
func (p *Plan) position(token string) (*Position, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < sealSize {
		return nil, ErrToken
	}
	seal, body := raw[:sealSize], raw[sealSize:]
	if subtle.ConstantTimeCompare(seal, p.seal(body)) != 1 {
		return nil, ErrToken
	}
	n, size := binary.Uvarint(body)
	if size <= 0 || n > uint64(len(body)-size) {
		return nil, ErrToken
	}
	body = body[size:]
	value, err := ParseKey(body[:n])
	if err != nil {
		return nil, ErrToken
	}
	return &Position{Value: value, ID: string(body[n:])}, nil
}

// digest sums up everything of the query but the place in it and the page's length.
func (p *Plan) digest() []byte {
	h := sha256.New()
	part := func(b []byte) {
		// hash.Hash never returns an error.
		_, _ = h.Write(binary.AppendUvarint(nil, uint64(len(b))))
		_, _ = h.Write(b)
	}
	if p.Index != nil {
		part([]byte(p.Index.Name()))
	}
	part(fmt.Appendf(nil, "%s %t %d %d", p.Order, p.Desc, len(p.All), len(p.Equal)))
	for _, v := range slices.Concat(p.All, p.Equal) {
		part(Key(v))
	}
	part(Key(p.From))
	part(Key(p.To))
	return h.Sum(nil)
}
