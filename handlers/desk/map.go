package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/paulmach/orb"

	"qianshao/frontend"
	"qianshao/triage/places"
)

const mapPath = "/desk/map"

// TileHosts is where the tiles of Tianditu come from, for the policy of the page with the map.
const TileHosts = "https://*.tianditu.gov.cn"

// Tiles are the addresses of Tianditu's tiles, ground and names, for a key (WMTS, Web Mercator: lbs.tianditu.gov.cn, 地图API); "" without one.
func Tiles(key string) string {
	if key == "" {
		return ""
	}
	const layer = "https://t{s}.tianditu.gov.cn/%[1]s_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=%[1]s&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=%[2]s"
	return fmt.Sprintf(layer, "vec", url.QueryEscape(key)) + " " + fmt.Sprintf(layer, "cva", url.QueryEscape(key))
}

// mostPoints is how many places a map shows; a phone draws that many without stumbling.
const mostPoints = 2000

// placesMap is GET /desk/map: the known places with a position inside the outline of the county. Nothing of it comes from
// elsewhere but the tiles, where the county has a key for them. A case is named to who sees it.
func (p *Pages) placesMap(c *gin.Context) error {
	shell, err := p.shell(c, "map.title", "")
	if err != nil {
		return err
	}
	all, err := p.Places.All(c.Request.Context())
	if err != nil {
		return err
	}
	page := frontend.Map{Shell: shell, Outline: outline(p.Profile.Outline()), Tiles: Tiles(p.Config.TiandituKey.Reveal())}
	for i := range all {
		at := &all[i]
		if at.Retired != nil || at.County != p.Profile.Code {
			continue
		}
		if len(page.Points) == mostPoints {
			page.More = true
			break
		}
		point := frontend.MapPoint{Name: at.Name, Kind: p.Words.T("map." + string(at.Kind)), Lon: at.At.Lon(), Lat: at.At.Lat(), Site: at.Kind == places.Site}
		if point.Href, err = p.caseOf(c, at.Case); err != nil {
			return err
		}
		page.Points = append(page.Points, point)
	}
	return p.Show(c, http.StatusOK, page)
}

// caseOf is the address of a case that the reader may see; "" for every other.
func (p *Pages) caseOf(c *gin.Context, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	may, err := p.Cases.MaySee(c.Request.Context(), staff(c).Actor(), id)
	if err != nil {
		return "", fmt.Errorf("desk: case of a place: %w", err)
	}
	if !may { // who may not see the case is told nothing of it
		return "", nil
	}
	return "/desk/cases/" + id, nil
}

// outline writes an area as the script reads it: rings parted by ";", points by spaces.
func outline(area orb.MultiPolygon) string {
	var rings []string
	for _, polygon := range area {
		for _, ring := range polygon {
			var points []string
			for _, at := range ring {
				points = append(points, fmt.Sprintf("%.4f,%.4f", at.Lon(), at.Lat()))
			}
			rings = append(rings, strings.Join(points, " "))
		}
	}
	return strings.Join(rings, ";")
}
