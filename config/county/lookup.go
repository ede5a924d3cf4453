package county

import (
	"fmt"
	"strings"
)

// index maps ids and codes to positions in the profile's slices.
type index struct {
	towns, villages, signs, categories, routes, units map[string]int
}

func indexBy[T any](list []T, key func(T) string) map[string]int {
	m := make(map[string]int, len(list))
	for i, v := range list {
		m[key(v)] = i
	}
	return m
}

func (p *Profile) makeIndex() {
	p.index = index{
		towns:      indexBy(p.Towns, func(t Town) string { return t.Code }),
		villages:   indexBy(p.Villages, func(v Village) string { return v.Code }),
		signs:      indexBy(p.Signs, func(s Sign) string { return s.ID }),
		categories: indexBy(p.Categories, func(c Category) string { return c.ID }),
		routes:     indexBy(p.Matrix, func(r Route) string { return r.Category }),
		units:      indexBy(p.Units, func(u Unit) string { return u.ID }),
	}
}

func find[T any](list []T, at map[string]int, key string) (T, bool) {
	if i, ok := at[key]; ok {
		return list[i], true
	}
	var none T
	return none, false
}

// Town finds a township by its code.
func (p *Profile) Town(code string) (Town, bool) { return find(p.Towns, p.index.towns, code) }

// Village finds a village by its code.
func (p *Profile) Village(code string) (Village, bool) {
	return find(p.Villages, p.index.villages, code)
}

// Sign finds a sign by its id.
func (p *Profile) Sign(id string) (Sign, bool) { return find(p.Signs, p.index.signs, id) }

// Category finds a category by its id.
func (p *Profile) Category(id string) (Category, bool) {
	return find(p.Categories, p.index.categories, id)
}

// Route finds the route of a category.
func (p *Profile) Route(category string) (Route, bool) {
	return find(p.Matrix, p.index.routes, category)
}

// Unit finds a unit by its id, townships included.
func (p *Profile) Unit(id string) (Unit, bool) {
	code, isTown := strings.CutPrefix(id, TownUnit(""))
	if !isTown {
		return find(p.Units, p.index.units, id)
	}
	t, ok := p.Town(code)
	if !ok {
		return Unit{}, false
	}
	return Unit{ID: id, Name: t.Name + "人民政府", InSeed: true, Source: t.Source}, true
}

// UnitName gives the name of a unit id, townships included; the id itself when it is unknown.
func (p *Profile) UnitName(id string) string {
	if id == AnyTown {
		return "所在的镇"
	}
	u, ok := p.Unit(id)
	if !ok {
		return id
	}
	return u.Name
}

// VillagesOf lists the villages of a township, in the profile's order.
func (p *Profile) VillagesOf(town string) []Village {
	var of []Village
	for _, v := range p.Villages {
		if v.Town == town {
			of = append(of, v)
		}
	}
	return of
}

// Say fills a text of the county: its %s in the order of args; args beyond its %s are left out. An unknown key gives "".
func (p *Profile) Say(key string, args ...any) string {
	text := p.Texts[key]
	n := strings.Count(text, "%s")
	if n > len(args) {
		n = len(args)
	}
	if n == 0 {
		return text
	}
	return fmt.Sprintf(text, args[:n]...)
}
