/*
 * What QEMU says of itself, believed only when it has the right shape; and who is connected
 * to whom, in a machine that the test makes up.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host-tools/explain_compare.h"
#include "host-tools/explain_graph.h"
#include "host-tools/explain_model.h"
#include "host-tools/explain_show.h"

static json_t *json(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

    assert_non_null(value);
    return value;
}

static void list(struct view *view, size_t index, const char *text)
{
    json_t *body = json(text);

    view_take_list(view, index, body);
    json_decref(body);
}

/* --- Hostile answers ------------------------------------------------------------------------- */

static void lists_of_the_wrong_shape(void **state)
{
    static const char *const bad[] = {
        "null",
        "{}",
        "7",
        "\"x\"",
        "[]",
        "[1,null,\"a\",[],{}]",
        "[{\"name\":\"a\"}]",
        "[{\"type\":\"child<x>\"}]",
        "[{\"name\":1,\"type\":\"child<x>\"}]",
        "[{\"name\":\"a\",\"type\":[]}]",
        "[{\"name\":\"a\",\"type\":\"child<\"}]",
        "[{\"name\":\"a\",\"type\":\"child<>\"}]",
        "[{\"name\":\"a\",\"type\":\"child\"}]",
        "[{\"name\":\"a/b\",\"type\":\"child<x>\"}]",
        "[{\"name\":\"a\",\"type\":\"child<memory-region>\"}]",
        "[{\"name\":\"a\",\"type\":\"child<host-x86_64-cpu>\"}]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct view view = { 0 };
        view_start(&view, "/machine");
        list(&view, 0, bad[i]);
        assert_int_equal(view.node_count, 1);
        view_free(&view);
    }
}

static void a_tree_without_end_is_cut(void **state)
{
    struct view view = { 0 };
    json_t *two = json(
        "[{\"name\":\"a\",\"type\":\"child<x>\"},{\"name\":\"b\",\"type\":\"child<x>\"}]");

    (void)state;
    view_start(&view, "/machine");
    for (size_t i = 0; i < view.node_count; i++)
        view_take_list(&view, i, two);
    assert_int_equal(view.node_count, VIEW_NODES_MAX);
    assert_true(view.is_cut);
    view_free(&view);
    json_decref(two);
}

static void a_chain_without_end_is_cut(void **state)
{
    struct view view = { 0 };
    json_t *one = json("[{\"name\":\"a\",\"type\":\"child<x>\"}]");

    (void)state;
    view_start(&view, "/machine");
    for (size_t i = 0; i < view.node_count; i++)
        view_take_list(&view, i, one);
    assert_true(view.node_count <= VIEW_DEPTH_MAX + 1);
    view_free(&view);
    json_decref(one);
}

static void thousands_of_properties(void **state)
{
    struct view view = { 0 };
    json_t *many = json_array();

    (void)state;
    for (int i = 0; i < 5000; i++)
        json_array_append_new(many, json_pack("{s:s,s:s}", "name", "chardev", "type", "str"));
    view_start(&view, "/machine");
    view_take_list(&view, 0, many);
    assert_true(view.nodes[0].property_count < 1000);
    view_free(&view);
    json_decref(many);
}

static void check_value(const char *body, const char *expected)
{
    struct view_property property = { .name = must_strdup("chardev") };
    json_t *value = json(body);

    view_take_value(&property, value);
    if (expected)
        assert_string_equal(property.value, expected);
    else
        assert_null(property.value);
    json_decref(value);
    free(property.name);
    free(property.value);
}

static void values(void **state)
{
    struct view_property property = { 0 };
    char *longest = malloc(VIEW_TEXT_MAX + 2);

    (void)state;
    check_value("\"serial0\"", "serial0");
    check_value("1016", "1016");
    check_value("-1", "-1");
    check_value("9223372036854775807", "9223372036854775807");
    check_value("null", NULL);
    check_value("true", "on");
    check_value("false", "off");
    check_value("1.5", NULL);
    check_value("[\"a\"]", NULL);
    check_value("{}", NULL);
    view_take_value(&property, NULL);
    assert_null(property.value);
    memset(longest, 'x', VIEW_TEXT_MAX + 1);
    longest[VIEW_TEXT_MAX + 1] = '\0';
    json_t *text = json_string(longest);
    view_take_value(&property, text);
    assert_null(property.value);
    json_decref(text);
    free(longest);
}

static void chardevs_of_the_wrong_shape(void **state)
{
    struct view view = { 0 };
    json_t *body = json("[1,{},{\"label\":7},{\"label\":\"b\"},{\"label\":\"a\",\"filename\":[],"
                        "\"frontend-open\":1}]");
    json_t *drivers = json(
        "[3,{\"name\":\"a\"},{\"name\":\"a\",\"type\":\"chardev-null\"},{\"name\":"
        "\"b\",\"type\":\"child<chardev-pty>\"},{\"name\":\"c\",\"type\":\"child<"
        "chardev-x>\"}]");

    (void)state;
    view_take_chardevs(&view, body);
    view_take_drivers(&view, drivers);
    assert_int_equal(view.chardev_count, 2);
    assert_string_equal(view.chardevs[0].label, "a");
    assert_string_equal(view.chardevs[0].filename, "");
    assert_string_equal(view.chardevs[0].driver, "");
    assert_string_equal(view.chardevs[1].driver, "pty");
    json_decref(body);
    json_decref(drivers);
    view_free(&view);
}

/* --- A machine, made up ----------------------------------------------------------------------- */

struct world {
    struct view view;
    struct qemu_cmdline line;
    struct expansion expansion;
    struct model model;
};

/* One object with its properties: "parent_bus=/b", "nr=1", ... up to NULL. */
static void add(struct view *view, const char *path, const char *type, ...)
{
    va_list properties;
    size_t index = view_start(view, path);
    struct view_node *node = &view->nodes[index];

    free(node->type);
    node->type = must_strdup(type);
    va_start(properties, type);
    for (const char *text; (text = va_arg(properties, const char *));) {
        const char *equals = strchr(text, '=');
        size_t size = (node->property_count + 1) * sizeof(*node->properties);
        node->properties = must_realloc(node->properties, size);
        node->properties[node->property_count++] = (struct view_property){
            must_strndup(text, (size_t)(equals - text)), must_strdup(equals + 1)
        };
        node->is_port |= strncmp(text, "chardev", 7) == 0;
    }
    va_end(properties);
}

#define PCI  "parent_bus=/machine/host/pcie.0"
#define BUS0 "parent_bus=/machine/peripheral/a/virtio-backend/a.0"
#define BUS1 "parent_bus=/machine/peripheral/b/virtio-backend/b.0"

/* A q35 with two virtio controllers, the second behind a bridge at a lower address. */
static void add_devices(struct view *view)
{
    add(view, "/machine/host", "q35-pcihost", "parent_bus=/machine/unattached/sysbus", NULL);
    add(view, "/machine/lpc", "ICH9-LPC", PCI, "addr=248", NULL);
    add(view, "/machine/lpc/isa.0", "ISA", NULL);
    add(view, "/machine/com", "isa-serial", "parent_bus=/machine/lpc/isa.0", "iobase=1016", "irq=4",
        "chardev=serial0", NULL);
    add(view, "/machine/card", "pci-serial-2x", PCI, "addr=32", "chardev1=p", "chardev2=", NULL);
    add(view, "/machine/peripheral/bridge", "pcie-root-port", PCI, "addr=16", NULL);
    add(view, "/machine/peripheral/a", "virtio-serial-pci",
        "parent_bus=/machine/peripheral/bridge/bridge", "addr=0", NULL);
    add(view, "/machine/peripheral/a/virtio-backend", "virtio-serial-device",
        "parent_bus=/machine/peripheral/a/virtio-bus", NULL);
    add(view, "/machine/peripheral/b", "virtio-serial-pci", PCI, "addr=72", NULL);
    add(view, "/machine/peripheral/b/virtio-backend", "virtio-serial-device",
        "parent_bus=/machine/peripheral/b/virtio-bus", NULL);
    add(view, "/machine/peripheral/b/virtio-backend/b.0", "virtio-serial-bus",
        "child[0]=/machine/late", "child[1]=/machine/early", NULL);
    add(view, "/machine/one", "virtserialport", BUS0, "nr=3", "chardev=f", NULL);
    add(view, "/machine/two", "virtconsole", BUS0, "nr=0", "chardev=gone", NULL);
    add(view, "/machine/early", "virtconsole", BUS1, "nr=1", "chardev=f2", NULL);
    add(view, "/machine/late", "virtconsole", BUS1, "nr=2", "chardev=", NULL);
}

static void build(struct world *world)
{
    static char *words[] = { "-serial",  "mon:stdio",     "-chardev", "file,id=f,path=x",
                             "-chardev", "pty,id=p",      "-chardev", "null,id=lost",
                             "-chardev", "ringbuf,id=f2", "-display", "none",
                             NULL };
    static const struct expand_facts pc = { true, true, false, true };
    struct problem problem = { 0 };
    json_t *chardevs = json(
        "[{\"label\":\"serial0\",\"filename\":\"mux\"},{\"label\":\"serial0-base\",\"filename\":"
        "\"stdio\"},{\"label\":\"f\"},{\"label\":\"p\",\"filename\":\"pty:/dev/pts/1\"},{\"label\":"
        "\"lost\"},{\"label\":\"f2\"},{\"label\":\"own\"}]");
    json_t *drivers = json(
        "[{\"name\":\"serial0\",\"type\":\"child<chardev-mux>\"},{\"name\":\"f\","
        "\"type\":\"child<chardev-file>\"}]");

    *world = (struct world){ 0 };
    add_devices(&world->view);
    view_take_chardevs(&world->view, chardevs);
    view_take_drivers(&world->view, drivers);
    assert_int_equal(qemu_cmdline_read(words, &world->line, &problem), 0);
    assert_int_equal(expand(&world->line, "q", &pc, &world->expansion, &problem), 0);
    model_build(&world->view, &world->expansion, "own", &world->model);
    json_decref(chardevs);
    json_decref(drivers);
}

static void take_down(struct world *world)
{
    model_free(&world->model);
    expansion_free(&world->expansion);
    qemu_cmdline_free(&world->line);
    view_free(&world->view);
}

static const struct model_frontend *frontend(const struct world *world, const char *path,
                                             unsigned port)
{
    for (size_t i = 0; i < world->model.frontend_count; i++)
        if (strcmp(world->model.frontends[i].node->path, path) == 0 &&
            world->model.frontends[i].port == port)
            return &world->model.frontends[i];
    fail_msg("%s is no frontend", path);
    return NULL;
}

static void names_in_linux(void **state)
{
    struct world world;

    (void)state;
    build(&world);
    assert_int_equal(world.model.frontend_count, 7);
    assert_string_equal(frontend(&world, "/machine/com", 0)->linux_port.name, "ttyS0");
    assert_string_equal(frontend(&world, "/machine/card", 1)->linux_port.name, "ttyS4");
    assert_string_equal(frontend(&world, "/machine/card", 1)->linux_port.other, "ttyS1");
    assert_string_equal(frontend(&world, "/machine/card", 2)->linux_port.name, "ttyS5");
    /* b is on the root bus, a behind a bridge: b is virtio0, whatever their addresses. */
    assert_string_equal(frontend(&world, "/machine/one", 0)->linux_port.name, "vport1p3");
    assert_string_equal(frontend(&world, "/machine/two", 0)->linux_port.name, "hvc2");
    /* On one controller the order of making counts, not nr. */
    assert_string_equal(frontend(&world, "/machine/late", 0)->linux_port.name, "hvc0");
    assert_string_equal(frontend(&world, "/machine/early", 0)->linux_port.name, "hvc1");
    take_down(&world);
}

static void check_user(const struct world *world, const char *label, size_t index, const char *text)
{
    const struct model_chardev *chardev = model_chardev(&world->model, label);

    assert_non_null(chardev);
    assert_true(index < chardev->users.count);
    assert_string_equal(chardev->users.words[index], text);
}

static void users(void **state)
{
    struct world world;

    (void)state;
    build(&world);
    assert_null(model_chardev(&world.model, "own"));
    check_user(&world, "serial0", 0, "isa-serial (ttyS0)");
    check_user(&world, "serial0", 1, "HMP monitor");
    check_user(&world, "serial0-base", 0, "mux serial0");
    check_user(&world, "p", 0, "pci-serial-2x port 1 (ttyS4)");
    assert_int_equal(model_chardev(&world.model, "lost")->users.count, 0);
    assert_string_equal(model_chardev(&world.model, "f")->backend, "file,path=x");
    assert_string_equal(model_chardev(&world.model, "serial0-base")->backend, "stdio,signal=off");
    assert_true(model_chardev(&world.model, "serial0")->is_read);
    assert_false(model_chardev(&world.model, "p")->is_read);
    take_down(&world);
}

static void check_note(const struct argv *notes, const char *part)
{
    for (size_t i = 0; i < notes->count; i++)
        if (strstr(notes->words[i], part))
            return;
    fail_msg("no note says: %s", part);
}

static void notes(void **state)
{
    struct world world;

    (void)state;
    build(&world);
    struct argv all = model_notes(&world.model);
    check_note(&all, "chardev lost (null): nobody uses it");
    check_note(&all, "nobody reads pci-serial-2x port 1 (ttyS4): p (pty)");
    check_note(&all, "nobody reads pci-serial-2x port 2 (ttyS5): it has no chardev");
    check_note(&all, "can be a console=");
    check_note(&all, "vport1p3 can't be a console=");
    check_note(&all, "ttyS4 is ttyS1 with 8250.nr_uarts=4");
    check_note(&all, "mux serial0: its 2 users");
    argv_free(&all);
    take_down(&world);
}

/* --- Shown in every way ------------------------------------------------------------------------- */

static char *shown(const struct world *world,
                   void (*print)(FILE *out, const struct explanation *explanation))
{
    struct explanation explanation = { .program = "q",
                                       .expansion = &world->expansion,
                                       .model = &world->model };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    print(out, &explanation);
    fclose(out);
    return text;
}

static void print_tree(FILE *out, const struct explanation *explanation)
{
    explain_print_tree(out, explanation, false);
}

static void every_form(void **state)
{
    struct world world;

    (void)state;
    build(&world);
    char *tree = shown(&world, print_tree);
    assert_non_null(strstr(tree, "pcie.0\n"));
    assert_non_null(strstr(tree, "│  ├─ port 1 "));
    assert_non_null(
        strstr(tree, "└─ 1f.0  ICH9-LPC\n   └─ isa.0\n      └─ 0x3f8 irq 4  isa-serial"));
    free(tree);
    char *text = shown(&world, explain_print_json);
    json_t *parsed = json(text);
    assert_int_equal(json_array_size(json_object_get(parsed, "frontends")), 7);
    assert_int_equal(json_array_size(json_object_get(parsed, "chardevs")), 6);
    json_decref(parsed);
    free(text);
    char *dot = shown(&world, explain_print_dot), *svg = shown(&world, explain_print_svg);
    assert_non_null(strstr(dot, "serial0"));
    assert_non_null(strstr(svg, "</svg>"));
    free(dot);
    free(svg);
    take_down(&world);
}

/* Names come from the user: in a picture they must stay names. */
static void names_are_escaped(void **state)
{
    struct world world;

    (void)state;
    build(&world);
    free(world.view.nodes[3].type);
    world.view.nodes[3].type = must_strdup("<b>&\"\\\n");
    model_free(&world.model);
    model_build(&world.view, &world.expansion, "own", &world.model);
    char *svg = shown(&world, explain_print_svg), *dot = shown(&world, explain_print_dot);
    assert_non_null(strstr(svg, "&lt;b&gt;&amp;"));
    assert_null(strstr(svg, "<b>"));
    assert_non_null(strstr(dot, "\\\"\\\\"));
    free(svg);
    free(dot);
    take_down(&world);
}

static void comparisons(void **state)
{
    struct world a, b;
    struct argv lines = { 0 };

    (void)state;
    build(&a);
    build(&b);
    free(b.view.chardevs[4].filename);
    b.view.chardevs[4].filename = must_strdup("pty:/dev/pts/99");
    assert_false(model_differences(&a.model, &b.model, &lines));
    free(b.view.nodes[4].properties[2].value);
    b.view.nodes[4].properties[2].value = must_strdup("f");
    model_free(&b.model);
    model_build(&b.view, &b.expansion, "own", &b.model);
    assert_true(model_differences(&a.model, &b.model, &lines));
    assert_int_equal(lines.count, 2);
    argv_free(&lines);
    take_down(&a);
    take_down(&b);
}

/* Buses that lead to themselves, and to nowhere. */
static void places_that_make_no_sense(void **state)
{
    struct view view = { 0 };
    struct place place;

    (void)state;
    add(&view, "/machine/a", "x", "parent_bus=/machine/b/bus", "addr=1", NULL);
    add(&view, "/machine/b", "y", "parent_bus=/machine/a/bus", "addr=2", NULL);
    add(&view, "/machine/c", "z", "parent_bus=", "addr=-5", NULL);
    add(&view, "/machine/d", "z", "parent_bus=nothing", "nr=x", NULL);
    add(&view, "/machine/e", "virtconsole", "parent_bus=/virtio-bus", "chardev=", NULL);
    for (size_t i = 0; i < view.node_count; i++) {
        place_find(&view, &view.nodes[i], &place);
        assert_true(place.count <= PLACE_STEPS_MAX);
        for (size_t k = 0; k < view.node_count; k++)
            place_compare_pci(&view, &view.nodes[i], &view.nodes[k]);
    }
    struct linux_port port = { .node = &view.nodes[4] };
    linux_name(&view, &port, 1, true);
    assert_string_equal(port.name, "");
    view_free(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_the_wrong_shape),
        cmocka_unit_test(a_tree_without_end_is_cut),
        cmocka_unit_test(a_chain_without_end_is_cut),
        cmocka_unit_test(thousands_of_properties),
        cmocka_unit_test(values),
        cmocka_unit_test(chardevs_of_the_wrong_shape),
        cmocka_unit_test(names_in_linux),
        cmocka_unit_test(users),
        cmocka_unit_test(notes),
        cmocka_unit_test(every_form),
        cmocka_unit_test(names_are_escaped),
        cmocka_unit_test(comparisons),
        cmocka_unit_test(places_that_make_no_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
