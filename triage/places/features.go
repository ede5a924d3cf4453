package places

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
)

// features reads GeoJSON: a collection, or one feature. Each feature is decoded by itself, so that its line is known and a bad one spoils no other.
func (r *reader) features(text []byte) {
	d := json.NewDecoder(bytes.NewReader(text))
	line := func() int { return 1 + bytes.Count(text[:min(int(d.InputOffset()), len(text))], []byte("\n")) }
	broken := func() {
		r.bad(line(), "从这里起不是完整的 GeoJSON", "用地图软件重新导出")
	}
	if _, err := d.Token(); err != nil { // {
		broken()
		return
	}
	kind, found := "", false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			broken()
			return
		}
		switch key {
		case "features":
			found = true
			err = r.list(d, text)
		case "type":
			err = d.Decode(&kind)
		case "crs":
			var raw json.RawMessage
			err = d.Decode(&raw)
			r.reference(line(), raw)
		default:
			var skip json.RawMessage
			err = d.Decode(&skip)
		}
		if err != nil {
			broken()
			return
		}
	}
	switch {
	case kind == "Feature":
		r.feature(1, 1, text)
	case !found:
		r.bad(0, "GeoJSON 里没有 features", "导出成 FeatureCollection")
	}
}

// list reads the features one by one.
func (r *reader) list(d *json.Decoder, text []byte) error {
	open, err := d.Token()
	if err != nil || open != json.Delim('[') {
		return errors.Join(err, errNoList)
	}
	line, counted := 1, 0
	for n := 0; d.More(); n++ {
		if n >= maxRows {
			r.bad(0, fmt.Sprintf("地物太多，超过 %d 个", maxRows), "分成几个文件导入")
			return nil
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		start := int(d.InputOffset()) - len(raw)
		line, counted = line+bytes.Count(text[counted:start], []byte("\n")), start
		r.feature(line, n+1, raw)
	}
	_, err = d.Token()
	return err
}

var errNoList = errors.New("places: features is no list")

// degreesOf are the reference systems that are WGS-84 to a metre: EPSG 4326, CRS84, CGCS2000.
var degreesOf = regexp.MustCompile(`(?i)CRS:?84|4326|4490|CGCS2000`)

func (r *reader) reference(line int, raw []byte) {
	if !bytes.Equal(raw, []byte("null")) && !degreesOf.Match(raw) {
		r.bad(line, "坐标系不是经纬度", "用地图软件导出成 WGS-84（EPSG:4326）")
	}
}

// feature reads one place, the nth of the file: map programs write all of them into one line, so that the line alone says nothing.
func (r *reader) feature(line, n int, raw []byte) {
	f, err := geojson.UnmarshalFeature(raw)
	where := fmt.Sprintf("第 %d 个要素", n)
	r.at = where + "："
	defer func() { r.at = "" }()
	if err != nil {
		r.bad(line, "形状不完整，或者认不出来", "在地图软件里重新画，再导出")
		return
	}
	row := row{line: line, where: where, cell: map[string]string{}}
	for name, v := range f.Properties {
		if k := column(name); k != "" && row.cell[k] == "" {
			row.cell[k] = value(v)
		}
	}
	if name := row.cell["name"]; name != "" {
		r.at = where + "“" + name + "”："
	}
	switch g := f.Geometry.(type) {
	case nil:
		r.bad(line, "没有形状", "画一个点或者一个面")
		return
	case orb.Point:
		row.at = &g
	case orb.Polygon:
		row.area = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		row.area = g
	default:
		r.bad(line, "形状是 "+f.Geometry.GeoJSONType()+"，只认点和面", "画一个点（Point）或者一个面（Polygon、MultiPolygon）")
		return
	}
	r.row(row)
}

// value is a property as text.
func value(v any) string {
	switch v := v.(type) {
	case string:
		return clean(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

const maxCorners = 200_000

// shape turns an area into WGS-84 and gives a point in it; what is wrong with it otherwise.
func (r *reader) shape(area orb.MultiPolygon) (orb.MultiPolygon, orb.Point, string) {
	area = area.Clone()
	corners := 0
	for _, poly := range area {
		if len(poly) == 0 {
			return nil, orb.Point{}, "面是空的"
		}
		for _, ring := range poly {
			if corners += len(ring); len(ring) < 4 || ring[0] != ring[len(ring)-1] || corners > maxCorners {
				return nil, orb.Point{}, "面的边没有闭合，或者角太少、太多"
			}
			for i, c := range ring {
				if !isLon(c.Lon()) || !isLat(c.Lat()) {
					return nil, orb.Point{}, "面的角不是经度在前、纬度在后的度数"
				}
				ring[i] = r.system.ToWGS84(c)
			}
		}
	}
	within, size := planar.CentroidArea(area)
	if !(math.Abs(size) > 0) || !onEarth(within) {
		return nil, orb.Point{}, "面没有面积"
	}
	if !planar.MultiPolygonContains(area, within) { // bent around its middle: any corner will do
		within = area[0][0][0]
	}
	return area, within, ""
}
