// SPDX-License-Identifier: Apache-2.0
/* All commands; commands.c puts them in order. */
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

#include "../cli/cli.h"

extern const struct command command_attribute_list;
extern const struct command command_attribute_remove;
extern const struct command command_attribute_set;
extern const struct command command_attribute_start;
extern const struct command command_boards;
extern const struct command command_compact;
extern const struct command command_complete;
extern const struct command command_completion;
extern const struct command command_config;
extern const struct command command_disable;
extern const struct command command_doctor;
extern const struct command command_dump;
extern const struct command command_emu_adc;
extern const struct command command_emu_kill;
extern const struct command command_emu_pin;
extern const struct command command_emu_press;
extern const struct command command_emu_release;
extern const struct command command_emu_reset;
extern const struct command command_emu_seed;
extern const struct command command_emu_start;
extern const struct command command_emu_status;
extern const struct command command_emu_stop;
extern const struct command command_emu_strap;
extern const struct command command_enable;
extern const struct command command_fault;
extern const struct command command_help;
extern const struct command command_image_new;
extern const struct command command_info;
extern const struct command command_inspect;
extern const struct command command_install;
extern const struct command command_install_udev;
extern const struct command command_kernel_dfu;
extern const struct command command_kernel_install;
extern const struct command command_kernel_revert;
extern const struct command command_kernel_update;
extern const struct command command_key_embed;
extern const struct command command_key_show;
extern const struct command command_keygen;
extern const struct command command_list;
extern const struct command command_monitor;
extern const struct command command_new;
extern const struct command command_pack;
extern const struct command command_pause;
extern const struct command command_ps;
extern const struct command command_read;
extern const struct command command_reboot;
extern const struct command command_recover;
extern const struct command command_remove;
extern const struct command command_restart;
extern const struct command command_resume;
extern const struct command command_run;
extern const struct command command_sign;
extern const struct command command_start;
extern const struct command command_sticky;
extern const struct command command_stop;
extern const struct command command_tbf_convert;
extern const struct command command_tbf_credential_add;
extern const struct command command_tbf_credential_delete;
extern const struct command command_tbf_tlv_add;
extern const struct command command_tbf_tlv_delete;
extern const struct command command_tbf_tlv_modify;
extern const struct command command_tickv_append;
extern const struct command command_tickv_append_rsa_key;
extern const struct command command_tickv_cleanup;
extern const struct command command_tickv_dump;
extern const struct command command_tickv_get;
extern const struct command command_tickv_hash;
extern const struct command command_tickv_invalidate;
extern const struct command command_tickv_reset;
extern const struct command command_unsticky;
extern const struct command command_update;
extern const struct command command_verify;
extern const struct command command_write;

#endif
