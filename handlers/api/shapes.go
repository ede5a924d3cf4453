package api

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
)

// The shapes of GeoReport v2 (wiki.open311.org/GeoReport_v2). In JSON a list is a bare array and a single request an array of one; a service definition and the
// discovery are objects. In XML everything has its wrapper.
type (
	discovery struct {
		XMLName    xml.Name   `json:"-" xml:"discovery"`
		Changeset  string     `json:"changeset" xml:"changeset"`
		Contact    string     `json:"contact" xml:"contact"`
		KeyService string     `json:"key_service" xml:"key_service"`
		Endpoints  []endpoint `json:"endpoints" xml:"endpoints>endpoint"`
	}
	endpoint struct {
		Specification string   `json:"specification" xml:"specification"`
		URL           string   `json:"url" xml:"url"`
		Changeset     string   `json:"changeset" xml:"changeset"`
		Type          string   `json:"type" xml:"type"`
		Formats       []string `json:"formats" xml:"formats>format"`
	}

	services struct {
		XMLName  xml.Name  `xml:"services"`
		Services []service `xml:"service"`
	}
	service struct {
		Code        string `json:"service_code" xml:"service_code"`
		Name        string `json:"service_name" xml:"service_name"`
		Description string `json:"description" xml:"description"`
		Metadata    bool   `json:"metadata" xml:"metadata"`
		Type        string `json:"type" xml:"type"`
		Keywords    string `json:"keywords" xml:"keywords"`
		Group       string `json:"group" xml:"group"`
	}

	definition struct {
		XMLName    xml.Name    `json:"-" xml:"service_definition"`
		Code       string      `json:"service_code" xml:"service_code"`
		Attributes []attribute `json:"attributes" xml:"attributes>attribute"`
	}
	attribute struct {
		Variable    bool    `json:"variable" xml:"variable"`
		Code        string  `json:"code" xml:"code"`
		Datatype    string  `json:"datatype" xml:"datatype"`
		Required    bool    `json:"required" xml:"required"`
		Hint        null    `json:"datatype_description" xml:"datatype_description"`
		Order       int     `json:"order" xml:"order"`
		Description string  `json:"description" xml:"description"`
		Values      []value `json:"values" xml:"values>value"`
	}
	value struct {
		Key  string `json:"key" xml:"key"`
		Name string `json:"name" xml:"name"`
	}

	requests struct {
		XMLName  xml.Name  `xml:"service_requests"`
		Requests []request `xml:"request"`
	}
	request struct {
		ID          string `json:"service_request_id" xml:"service_request_id"`
		Status      string `json:"status" xml:"status"`
		StatusNotes null   `json:"status_notes" xml:"status_notes"`
		ServiceName string `json:"service_name" xml:"service_name"`
		ServiceCode string `json:"service_code" xml:"service_code"`
		Description string `json:"description" xml:"description"`
		Agency      null   `json:"agency_responsible" xml:"agency_responsible"`
		Notice      null   `json:"service_notice" xml:"service_notice"`
		Requested   string `json:"requested_datetime" xml:"requested_datetime"`
		Updated     string `json:"updated_datetime" xml:"updated_datetime"`
		Expected    null   `json:"expected_datetime" xml:"expected_datetime"`
		Address     null   `json:"address" xml:"address"`
		AddressID   null   `json:"address_id" xml:"address_id"`
		Zipcode     null   `json:"zipcode" xml:"zipcode"`
		Lat         null   `json:"lat" xml:"lat"`   // never told
		Long        null   `json:"long" xml:"long"` // never told
		MediaURL    null   `json:"media_url" xml:"media_url"`
	}

	// accepted answers a POST and a token.
	accepted struct {
		XMLName  xml.Name  `xml:"service_requests"`
		Requests []receipt `xml:"request"`
	}
	receipt struct {
		ID     string `json:"service_request_id,omitempty" xml:"service_request_id,omitempty"`
		Token  string `json:"token" xml:"token"`
		Notice string `json:"service_notice,omitempty" xml:"service_notice,omitempty"`
	}

	failures struct {
		XMLName xml.Name  `xml:"errors"`
		Errors  []failure `xml:"error"`
	}
	failure struct {
		Code        int    `json:"code" xml:"code"`
		Description string `json:"description" xml:"description"`
	}
)

// null is a text that may be missing: null in JSON, an empty element in XML.
type null string

// MarshalJSON gives null for nothing.
func (n null) MarshalJSON() ([]byte, error) {
	if n == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(n))
}

// MarshalJSON gives the bare array.
func (s services) MarshalJSON() ([]byte, error) { return bare(s.Services) }

// MarshalJSON gives the bare array.
func (r requests) MarshalJSON() ([]byte, error) { return bare(r.Requests) }

// MarshalJSON gives the bare array.
func (a accepted) MarshalJSON() ([]byte, error) { return bare(a.Requests) }

// MarshalJSON gives the bare array.
func (f failures) MarshalJSON() ([]byte, error) { return bare(f.Errors) }

func bare[T any](list []T) ([]byte, error) {
	if list == nil {
		list = []T{}
	}
	return json.Marshal(list)
}

// encode writes in the format that the path asks for; without one, in JSON.
func encode(path string, v any) (kind string, raw []byte, err error) {
	if strings.HasSuffix(path, ".xml") {
		raw, err = xml.MarshalIndent(v, "", " ")
		if err != nil {
			return "", nil, fmt.Errorf("api: write xml: %w", err)
		}
		return "text/xml; charset=utf-8", append([]byte(xml.Header), append(raw, '\n')...), nil
	}
	raw, err = json.MarshalIndent(v, "", " ")
	if err != nil {
		return "", nil, fmt.Errorf("api: write json: %w", err)
	}
	return "application/json; charset=utf-8", append(raw, '\n'), nil
}
