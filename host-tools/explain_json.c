/*
 * An explanation as one JSON object.
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>

#include "host-tools/explain_show.h"

static json_t *text_or_null(const char *text)
{
    return text && *text ? json_string(text) : json_null();
}

static json_t *list_json(const struct argv *list)
{
    json_t *json = json_array();

    for (size_t i = 0; list && i < list->count; i++)
        json_array_append_new(json, json_string(list->words[i]));
    return json;
}

static json_t *linux_json(const struct model_frontend *frontend)
{
    const struct linux_driver *driver = linux_driver(frontend->node->type);

    if (!driver || !driver->driver)
        return json_null();
    return json_pack("{s:s,s:o,s:o,s:b}", "driver", driver->driver, "name",
                     text_or_null(frontend->linux_port.name), "name with 8250.nr_uarts=4",
                     text_or_null(frontend->linux_port.other), "can be console",
                     driver->is_console);
}

/* From the board to the device: "pcie.0", "virtio-serial-pci", ... */
static json_t *place_json(const struct place *place)
{
    json_t *json = json_array();

    for (size_t i = 0; i + 1 < place->count; i++) {
        const struct place_step *step = &place->steps[i];
        json_array_append_new(json,
                              json_string(step->node ? step->node->type : place_bus(step->path)));
    }
    return json;
}

static json_t *frontend_json(const struct model_frontend *frontend)
{
    struct strbuf address = { 0 };

    place_address(frontend->node, &address);
    json_t *json = json_pack("{s:s,s:o,s:s,s:o,s:o,s:i,s:o,s:o}", "type", frontend->node->type,
                             "id", text_or_null(place_id(frontend->node)), "path",
                             frontend->node->path, "place", place_json(&frontend->place), "address",
                             text_or_null(address.text), "port", (int)frontend->port, "chardev",
                             text_or_null(frontend->chardev), "linux", linux_json(frontend));
    strbuf_free(&address);
    return json;
}

static json_t *chardev_json(const struct model_chardev *chardev)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:o,s:b,s:s}", "label", chardev->chardev->label, "driver",
                     chardev->chardev->driver, "backend", chardev->backend, "filename",
                     chardev->chardev->filename, "users", list_json(&chardev->users), "is read",
                     chardev->is_read, "bytes are", chardev->reader);
}

static json_t *option_json(const struct expanded_option *option)
{
    return json_pack("{s:s,s:s,s:b}", "given", option->given, "stands for", option->meaning,
                     "is default", option->is_default);
}

static void add_machine(json_t *json, const struct model *model)
{
    json_t *frontends = json_array(), *chardevs = json_array();
    struct argv notes = model_notes(model);

    for (size_t i = 0; i < model->frontend_count; i++)
        json_array_append_new(frontends, frontend_json(&model->frontends[i]));
    for (size_t i = 0; i < model->chardev_count; i++)
        json_array_append_new(chardevs, chardev_json(&model->chardevs[i]));
    json_object_set_new(json, "qemu", json_string(model->view->version));
    json_object_set_new(json, "machine", text_or_null(model->view->machine));
    json_object_set_new(json, "frontends", frontends);
    json_object_set_new(json, "chardevs", chardevs);
    json_object_set_new(json, "notes", list_json(&notes));
    argv_free(&notes);
}

void explain_print_json(FILE *out, const struct explanation *explanation)
{
    const struct expansion *expansion = explanation->expansion;
    json_t *json = json_object(), *options = json_array();

    json_object_set_new(json, "program", json_string(explanation->program));
    if (explanation->model)
        add_machine(json, explanation->model);
    for (size_t i = 0; i < expansion->option_count; i++)
        json_array_append_new(options, option_json(&expansion->options[i]));
    json_object_set_new(json, "options", options);
    json_object_set_new(json, "command", list_json(&expansion->argv));
    json_object_set_new(json, "altered", list_json(explanation->altered));
    json_dumpf(json, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(json);
}
