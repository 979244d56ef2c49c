package io.luban.apiserver.view;

import java.util.List;

/**
 * A page of a list.
 *
 * @param items the objects' JSON
 * @param total objects that match, on all pages
 * @param remaining objects after this page; all of them when the page lies outside the list
 */
public record ViewPage(List<byte[]> items, int total, int remaining) {}
