package county

import (
	"hash/fnv"
	"maps"
	"math"
	"slices"
)

// Features are what a text says, hashed into LearnedBuckets buckets (Weinberger and others, 2009), with a weight each.
type Features map[int]float64

func (f Features) add(name string, value float64) {
	h := fnv.New32a()
	h.Write([]byte(name))
	f[int(h.Sum32()%LearnedBuckets)] += value
}

// All adds features by name, in a fixed order.
func (f Features) All(values map[string]float64) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f.add(name, values[name])
	}
}

// gramWeight is what all runs of characters weigh together: the same in a long text as in a short one.
const gramWeight = 2.0

// shortText is how many of those a text of a sentence has. In a shorter one each still weighs no more, or two characters would decide.
const shortText = 24

// Grams adds the runs of one to longest characters of the pieces, apart by kind, each once.
func (f Features) Grams(pieces map[string][]string, longest int) {
	seen := map[string]bool{}
	for kind, list := range pieces {
		for _, p := range list {
			c := []rune(p)
			for i := range c {
				for n := 1; n <= longest && i+n <= len(c); n++ {
					seen[kind+string(c[i:i+n])] = true
				}
			}
		}
	}
	weight := gramWeight / math.Sqrt(float64(max(len(seen), shortText)))
	for g := range seen { // in any order: they weigh the same
		f.add(g, weight)
	}
}
