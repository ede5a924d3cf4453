package numbers

import (
	"cmp"
	"container/heap"
	"slices"
)

// few is the count from which a number may be shown. What is smaller could point at one person in one village.
const few = 5

// Hiding says how a number is shown.
type Hiding string

// The ways. Zero is always said where it can be: that nothing happened points at nobody.
const (
	Shown Hiding = ""
	Few   Hiding = "few"  // 1 to 4
	Kept  Hiding = "kept" // any number: together with the others it would tell one of 1 to 4
)

// Cell is a number as the public sees it. N is 0 when it is hidden: the true one is stored nowhere.
type Cell struct {
	N      int
	Hiding Hiding `bson:",omitempty"`
}

// hide makes the public table of counts, rows by columns, with the sums of the rows as a last column, those of the columns as a last row, and the sum of all at their
// corner. Every number of 1 to 4, a sum too, is hidden, and as many others as are needed so that each of them could be every number from 1 to 4 for somebody
// who knows everything that is shown, what the two ways of hiding mean, and that counts are not negative.
//
// Rows, columns and sums are the arcs of a circulation: a row hands what its sum brings to its cells, a column hands what its cells bring to its sum. A hidden number can
// be one more exactly when its arc lies on a cycle along which everything can change by one within what is known of it, and another one more when there is such a cycle
// after that, so that looking for these cycles is not a rule of thumb but the whole answer (Gusfield 1988, detection of protected cells as a graph problem). Where
// there is none, the cheapest one is made by hiding what lies on it.
func hide(counts [][]int, columns int) [][]Cell {
	t := newTable(counts, columns)
	for i := range t.arcs {
		if n := t.arcs[i].n; n > 0 && n < few {
			t.arcs[i].hiding = Few
		}
	}
	for i := range t.arcs {
		if n := t.arcs[i].n; n > 0 && n < few {
			t.protect(i)
		}
	}
	out := make([][]Cell, t.rows+1)
	for i, a := range t.arcs {
		c := Cell{N: a.n, Hiding: a.hiding}
		if c.Hiding != Shown {
			c.N = 0
		}
		out[i/(columns+1)] = append(out[i/(columns+1)], c)
	}
	return out
}

// arc is a cell of the table with its sums.
type arc struct {
	n        int
	moved    int // by so much it is another number now, while protect looks how far one can go
	hiding   Hiding
	from, to int // nodes
	sum      int // of how many ways it is a sum: 0, 1, or 2 for the sum of all
}

// table is the circulation. Its arcs stand row by row.
type table struct {
	rows, columns int
	arcs          []arc
	at            [][]int // arcs of each node
}

func newTable(counts [][]int, columns int) *table {
	t := &table{rows: len(counts), columns: columns}
	sums, all := make([]int, columns), 0
	// Nodes: the rows, the row of sums, the columns, the column of sums.
	row, column := func(i int) int { return i }, func(j int) int { return t.rows + 1 + j }
	for i, line := range counts {
		sum := 0
		for j, n := range line {
			t.arcs = append(t.arcs, arc{n: n, from: row(i), to: column(j)})
			sum, sums[j] = sum+n, sums[j]+n
		}
		t.arcs = append(t.arcs, arc{n: sum, from: column(columns), to: row(i), sum: 1})
		all += sum
	}
	for j, n := range sums {
		t.arcs = append(t.arcs, arc{n: n, from: column(j), to: row(t.rows), sum: 1})
	}
	t.arcs = append(t.arcs, arc{n: all, from: row(t.rows), to: column(columns), sum: 2})
	t.at = make([][]int, t.rows+columns+2)
	for i, a := range t.arcs {
		t.at[a.from], t.at[a.to] = append(t.at[a.from], i), append(t.at[a.to], i)
	}
	return t
}

// What it costs to let a number change. Nothing for what is hidden already; a word for a number less precise; the number itself; a sum more than a cell.
const (
	never    = -1
	reword   = 1
	showZero = 1000 // a zero says much and is kept as long as there is another way
	sumCost  = 10000
)

// price is what must be paid so that a number can grow by one, or shrink by one.
func (a *arc) price(up bool) int {
	n := a.n + a.moved
	switch {
	case !up && n == 0:
		return never
	case a.hiding == Kept:
		return 0
	case a.hiding == Few:
		if up && n < few-1 || !up && n > 1 {
			return 0
		}
		return reword
	case n == 0:
		return showZero + a.sum*sumCost
	}
	return few + n + a.sum*sumCost
}

// protect makes an arc of 1 to 4 able to be each of these numbers. It goes up from its own one by one, then down, each time at the least price. There is always a
// way, because the sums can go along.
func (t *table) protect(i int) {
	own := &t.arcs[i]
	for _, up := range []bool{true, false} {
		from, to, by, end := own.to, own.from, 1, few-1
		if !up {
			from, to, by, end = own.from, own.to, -1, 1
		}
		for own.n+own.moved != end {
			for _, s := range t.path(from, to, i) {
				a := &t.arcs[s.arc]
				if a.price(s.up) > 0 {
					a.hiding = Kept
				}
				a.moved += s.by()
			}
			own.moved += by
		}
		for j := range t.arcs {
			t.arcs[j].moved = 0
		}
	}
}

// move is one number on a path, which grows or shrinks by one.
type move struct {
	arc  int
	from int // node
	up   bool
}

func (m move) by() int {
	if m.up {
		return 1
	}
	return -1
}

// path is the cheapest way from one node to another without an arc.
func (t *table) path(from, to, without int) (all []move) {
	dist, came := make([]int, len(t.at)), make([]move, len(t.at))
	for n := range dist {
		dist[n] = never
	}
	dist[from] = 0
	q := &queue{{node: from}}
	for q.Len() > 0 {
		at := heap.Pop(q).(waiting)
		if at.cost > dist[at.node] {
			continue
		}
		for _, i := range t.at[at.node] {
			a := &t.arcs[i]
			up, next := a.from == at.node, a.to
			if !up {
				next = a.from
			}
			price := a.price(up)
			if i == without || price == never {
				continue
			}
			if d := at.cost + price; dist[next] == never || d < dist[next] {
				dist[next], came[next] = d, move{i, at.node, up}
				heap.Push(q, waiting{next, d})
			}
		}
	}
	for n := to; n != from; n = came[n].from {
		all = append(all, came[n])
	}
	return all
}

type waiting struct{ node, cost int }

// queue gives the nearest node first.
type queue []waiting

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(q[i].cost, q[j].cost), cmp.Compare(q[i].node, q[j].node)) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(v any)   { *q = append(*q, v.(waiting)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = slices.Delete(*q, len(*q)-1, len(*q))
	return last
}
