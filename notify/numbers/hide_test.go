package numbers

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// attack enumerates every table that agrees with what is shown, and gives for each number of 1 to 4, sums too, the numbers that it could be.
func attack(counts [][]int, columns int, shown [][]Cell) map[string]map[int]bool {
	rows := len(counts)
	most := few
	for _, line := range counts {
		for _, n := range line {
			most = max(most, n)
		}
	}
	could := map[string]map[int]bool{}
	sumsOf := func(t [][]int) [][]int {
		full := make([][]int, rows+1)
		full[rows] = make([]int, columns+1)
		for i := range rows {
			full[i] = make([]int, columns+1)
			for j := range columns {
				n := t[i][j]
				full[i][j] = n
				full[i][columns] += n
				full[rows][j] += n
				full[rows][columns] += n
			}
		}
		return full
	}
	small := func() (all [][2]int) {
		for i, line := range sumsOf(counts) {
			for j, n := range line {
				if n > 0 && n < few {
					all = append(all, [2]int{i, j})
				}
			}
		}
		return all
	}()
	fits := func(full [][]int) bool {
		for i, line := range full {
			for j, n := range line {
				switch c := shown[i][j]; c.Hiding {
				case Shown:
					if n != c.N {
						return false
					}
				case Few:
					if n < 1 || n >= few {
						return false
					}
				}
			}
		}
		return true
	}
	guess := make([][]int, rows)
	for i := range guess {
		guess[i] = make([]int, columns)
	}
	var try func(int) bool
	try = func(at int) bool {
		if at == rows*columns {
			full := sumsOf(guess)
			if !fits(full) {
				return false
			}
			done := true
			for _, p := range small {
				key := fmt.Sprint(p)
				if could[key] == nil {
					could[key] = map[int]bool{}
				}
				could[key][full[p[0]][p[1]]] = true
				done = done && len(could[key]) > 1
			}
			return done
		}
		i, j := at/columns, at%columns
		low, high := 0, most+1
		switch c := shown[i][j]; c.Hiding {
		case Shown:
			low, high = c.N, c.N
		case Few:
			low, high = 1, few-1
		}
		for n := low; n <= high; n++ {
			if guess[i][j] = n; try(at + 1) {
				return true
			}
		}
		return false
	}
	try(0)
	return could
}

// TestNoHiddenNumberCanBeWorkedOut lets somebody try everything.
func TestNoHiddenNumberCanBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 3).Draw(t, "columns")
		counts := make([][]int, rapid.IntRange(1, 2).Draw(t, "rows"))
		for i := range counts {
			counts[i] = rapid.SliceOfN(rapid.SampledFrom([]int{0, 0, 1, 1, 2, 3, 4, 5, 6, 9}), columns, columns).Draw(t, "row")
		}
		shown := hide(counts, columns)
		for _, line := range shown {
			for _, c := range line {
				if c.Hiding == Shown && c.N > 0 && c.N < few || c.Hiding != Shown && c.N != 0 {
					t.Fatalf("%v shows %v", counts, shown)
				}
			}
		}
		for at, could := range attack(counts, columns, shown) {
			if len(could) < 2 {
				t.Fatalf("%v shown as %v: the number at %s must be %v", counts, shown, at, could)
			}
		}
	})
}

// reach gives for each number of 1 to 4, sums too, the least and the greatest that it could be for somebody who reads bounds out of what is shown. The true table is one
// that fits; from it everything that fits is reached by changing numbers along circles, one by one.
func reach(counts [][]int, columns int, shown [][]Cell) map[int][2]int {
	t := newTable(counts, columns)
	free := func(i, n int) bool {
		switch c := shown[i/(columns+1)][i%(columns+1)]; c.Hiding {
		case Shown:
			return n == c.N
		case Few:
			return n >= 1 && n < few
		}
		return n >= 0
	}
	could := map[int][2]int{}
	for i := range t.arcs {
		if n := t.arcs[i].n; n < 1 || n >= few {
			continue
		}
		bounds := [2]int{}
		for way, by := range []int{-1, 1} {
			now := make([]int, len(t.arcs))
			for j, a := range t.arcs {
				now[j] = a.n
			}
			for now[i] > 0 && now[i] < few && free(i, now[i]+by) {
				from, to := t.arcs[i].to, t.arcs[i].from
				if by < 0 {
					from, to = to, from
				}
				seen := map[int]bool{}
				var walk func(int) bool
				walk = func(node int) bool {
					if node == to {
						return true
					}
					seen[node] = true
					for j, a := range t.arcs {
						for _, next := range []struct{ from, to, by int }{{a.from, a.to, 1}, {a.to, a.from, -1}} {
							if j != i && next.from == node && !seen[next.to] && free(j, now[j]+next.by) && walk(next.to) {
								now[j] += next.by
								return true
							}
						}
					}
					return false
				}
				if !walk(from) {
					break
				}
				now[i] += by
			}
			bounds[way] = now[i]
		}
		could[i] = bounds
	}
	return could
}

// TestEveryHiddenNumberCouldBeOneToFour lets somebody work out bounds, also in tables of the size of a county.
func TestEveryHiddenNumberCouldBeOneToFour(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 9).Draw(t, "columns")
		counts := make([][]int, rapid.IntRange(1, 7).Draw(t, "rows"))
		for i := range counts {
			counts[i] = rapid.SliceOfN(rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 9, 30}), columns, columns).Draw(t, "row")
		}
		shown := hide(counts, columns)
		for i, bounds := range reach(counts, columns, shown) {
			if bounds[0] > 1 || bounds[1] < few-1 {
				t.Fatalf("%v shown as %v: number %d can only be %d to %d", counts, shown, i, bounds[0], bounds[1])
			}
		}
	})
	naive := [][]Cell{{{N: 7}, {Hiding: Few}, {N: 9}}, {{N: 6}, {N: 9}, {N: 15}}, {{N: 13}, {N: 11}, {N: 24}}}
	if bounds := reach([][]int{{7, 2}, {6, 9}}, 2, naive)[1]; bounds != [2]int{2, 2} {
		t.Errorf("somebody finds %v where all but one are shown", bounds)
	}
}

// TestHidingOnlySmallNumbersIsNotEnough shows that the attack finds what naive hiding gives away.
func TestHidingOnlySmallNumbersIsNotEnough(t *testing.T) {
	counts := [][]int{{7, 2}, {6, 9}}
	naive := [][]Cell{{{N: 7}, {Hiding: Few}, {N: 9}}, {{N: 6}, {N: 9}, {N: 15}}, {{N: 13}, {N: 11}, {N: 24}}}
	if could := attack(counts, 2, naive)["[0 1]"]; len(could) != 1 || !could[2] {
		t.Errorf("the attack finds %v", could)
	}
}

func TestWhatNeedNotBeHiddenIsShown(t *testing.T) {
	for _, c := range []struct {
		counts [][]int
		want   string
	}{
		{[][]int{{5, 0}, {8, 12}}, "5 0 5 / 8 12 20 / 13 12 25"},
		{[][]int{{7, 2}, {6, 9}}, "_ < 9 / _ _ 15 / 13 11 24"},
		{[][]int{{0, 0}, {0, 0}}, "0 0 0 / 0 0 0 / 0 0 0"},
		{[][]int{{1}}, "< < / < <"},
		{[][]int{{1, 1, 1, 1}}, "_ _ _ _ < / _ _ _ _ <"},
	} {
		got := ""
		for i, line := range hide(c.counts, len(c.counts[0])) {
			if i > 0 {
				got += " /"
			}
			for j, cell := range line {
				if i > 0 || j > 0 {
					got += " "
				}
				switch cell.Hiding {
				case Few:
					got += "<"
				case Kept:
					got += "_"
				default:
					got += fmt.Sprint(cell.N)
				}
			}
		}
		if got != c.want {
			t.Errorf("%v: %s, want %s", c.counts, got, c.want)
		}
	}
}

// TestALargeTableIsHiddenQuickly is the size of a county.
func TestALargeTableIsHiddenQuickly(t *testing.T) {
	counts := make([][]int, 25)
	for i := range counts {
		for j := range 17 {
			counts[i] = append(counts[i], (i*7+j*j*3)%13)
		}
	}
	kept := 0
	for _, line := range hide(counts, 17) {
		for _, c := range line {
			if c.Hiding == Kept {
				kept++
			}
		}
	}
	if kept > 60 {
		t.Errorf("%d numbers of 5 and more are hidden beside the small ones", kept)
	}
}
