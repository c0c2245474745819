/*
 * The commands of the tool: each one file, cmd_NAME.c, and one row in main.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_COMMAND_H
#define HOST_TOOLS_COMMAND_H

/* argv[0] is the command's name.  Returns the exit status of the tool. */
int cmd_run(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_test(int argc, char **argv);

#endif
