package places

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"qianshao/config/engine/docs"
	"qianshao/intake/tables"
)

// Result counts what an import did, or would do.
type Result struct{ New, Changed, Same int }

// Import stores places that Read gave; doing it again changes nothing. A place that had been removed comes back. With dry it only counts.
func (s *Service) Import(ctx context.Context, by string, all []Place, dry bool) (Result, error) {
	var r Result
	if !dry {
		defer s.fresh.stale()
		if err := s.Custody.Note(ctx, "places", by, "import", strconv.Itoa(len(all))); err != nil {
			return r, fmt.Errorf("places: note import: %w", err)
		}
	}
	for _, p := range all {
		p.By, p.Changed = by, s.Now().UTC()
		if err := s.store(ctx, &p, dry, &r); err != nil {
			return r, fmt.Errorf("places: import %s: %w", p.ID, err)
		}
	}
	return r, nil
}

func (s *Service) store(ctx context.Context, p *Place, dry bool, r *Result) error {
	old, err := s.places.Get(ctx, p.ID)
	switch {
	case errors.Is(err, docs.ErrNotFound):
		r.New++
		if dry {
			return nil
		}
		err = s.places.Insert(ctx, p)
		if !errors.Is(err, docs.ErrExists) { // else another import was faster: what it stored is replaced
			return err
		}
	case err != nil:
		return err
	case old.Retired == nil && old.At == p.At && reflect.DeepEqual(old.Area, p.Area) && strings.Join(old.Aliases, "|") == strings.Join(p.Aliases, "|"):
		r.Same++
		return nil
	default:
		r.Changed++
		if dry {
			return nil
		}
	}
	_, err = s.places.Change(ctx, p.ID, func(old *Place) error { *old = *p; return nil })
	return err
}

// columnsOut are the columns of an exported table, which Read takes back.
var columnsOut = []string{"name", "kind", "county", "town", "village", "lon", "lat", "aliases"}

// kindNames are the kinds as Read takes them back.
var kindNames = map[Kind]string{Village: "村", Town: "乡镇", Site: "场所", Landmark: "地标"}

// cell is a place's value of a column.
func (p *Place) cell(key, own string) string {
	switch key {
	case "name":
		return p.Name
	case "kind":
		return kindNames[p.Kind]
	case "county":
		if p.County != own {
			return p.County
		}
	case "town":
		return p.Town
	case "village":
		return p.Village
	case "lon":
		return strconv.FormatFloat(p.At[0], 'f', -1, 64)
	case "lat":
		return strconv.FormatFloat(p.At[1], 'f', -1, 64)
	case "aliases":
		return strings.Join(p.Aliases, "|")
	}
	return ""
}

// WriteCSV writes points as a table that a spreadsheet opens and Read takes back. Areas have no place in a table: they are counted and left out.
func WriteCSV(w io.Writer, own string, all []Place) (left int, err error) {
	c := tables.NewWriter(w, false)
	head := make([]string, len(columnsOut))
	for i, k := range columnsOut {
		head[i] = columns[k][0]
	}
	if err := c.Write(head); err != nil {
		return 0, err
	}
	for i := range all {
		if all[i].Area != nil {
			left++
			continue
		}
		row := make([]string, len(columnsOut))
		for k, key := range columnsOut {
			row[k] = all[i].cell(key, own)
		}
		if err := c.Write(row); err != nil {
			return left, err
		}
	}
	return left, c.Flush()
}

// WriteGeoJSON writes points and areas, in WGS-84.
func WriteGeoJSON(w io.Writer, own string, all []Place) error {
	fc := geojson.NewFeatureCollection()
	for i := range all {
		var g orb.Geometry = all[i].At
		if all[i].Area != nil {
			g = all[i].Area
		}
		f := geojson.NewFeature(g)
		for _, key := range columnsOut {
			if v := all[i].cell(key, own); v != "" && key != "lon" && key != "lat" {
				f.Properties[key] = v
			}
		}
		fc.Append(f)
	}
	raw, err := fc.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = w.Write(append(raw, '\n'))
	return err
}
