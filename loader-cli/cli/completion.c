// SPDX-License-Identifier: Apache-2.0
#include "completion.h"

#include <stdio.h>
#include <string.h>

/*
 * The scripts know nothing of commands and options, so that they fit every version. They get lines:
 * a word and, behind a tabulator, what it means; or ":file EXTENSION", ":folder". Words come from
 * devices too: they are quoted, and never given to what expands them (compgen -W, eval).
 */
static const char bash[] =
    "# bash completion for loader-cli\n"
    "_loader_cli() {\n"
    "    local line=${COMP_LINE:0:COMP_POINT} word value part file\n"
    "    local -a words\n"
    "    read -ra words <<<\"$line\"\n"
    "    [[ $line == *[[:space:]] ]] && words+=('')\n"
    "    word=${words[${#words[@]} - 1]}\n"
    "    # bash ends words at ':' and '=': what it holds for done is not repeated\n"
    "    part=${word%\"${word##*[:=]}\"}\n"
    "    COMPREPLY=()\n"
    "    while IFS=$'\\t' read -r value _; do\n"
    "        case $value in\n"
    "        :file* | :folder)\n"
    "            compopt -o filenames 2>/dev/null\n"
    "            while IFS= read -r file; do\n"
    "                [[ -d $file || ( $value == :file* && $file == *\"${value#:file}\" ) ]] &&\n"
    "                    COMPREPLY+=(\"$file\")\n"
    "            done < <(compgen -f -- \"${word#\"$part\"}\")\n"
    "            ;;\n"
    "        *)\n"
    "            printf -v value %q \"${value#\"$part\"}\"\n"
    "            COMPREPLY+=(\"$value\")\n"
    "            ;;\n"
    "        esac\n"
    "    done < <(\"${1/#\\~/$HOME}\" complete -- \"${words[@]:1}\" 2>/dev/null)\n"
    "    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null\n"
    "}\n"
    "complete -F _loader_cli loader-cli\n";

static const char zsh[] = "#compdef loader-cli\n"
                          "_loader_cli() {\n"
                          "    local line value\n"
                          "    local -a values texts\n"
                          "    for line in \"${(@f)$(\"$words[1]\" complete -- "
                          "\"${(@)words[2,CURRENT]}\" 2>/dev/null)}\"; do\n"
                          "        value=${line%%$'\\t'*}\n"
                          "        case $value in\n"
                          "        '') ;;\n"
                          "        :folder) _files -/ ;;\n"
                          "        :file*) _files -g \"*${value#:file}(-.)\" ;;\n"
                          "        *)\n"
                          "            values+=(\"$value\")\n"
                          "            texts+=(\"${line/$'\\t'/  -- }\")\n"
                          "            ;;\n"
                          "        esac\n"
                          "    done\n"
                          "    (( ${#values} )) && compadd -l -d texts -- \"${(@)values}\"\n"
                          "}\n"
                          "if [ \"$funcstack[1]\" = _loader-cli ]; then\n"
                          "    _loader_cli \"$@\"\n"
                          "elif (( $+functions[compdef] )); then\n"
                          "    compdef _loader_cli loader-cli\n"
                          "fi\n";

static const char fish[] =
    "# fish completion for loader-cli\n"
    "function __loader_cli\n"
    "    set -l words (commandline -opc)\n"
    "    set -l current (commandline -ct)\n"
    "    set -l tool $words[1]\n"
    "    for line in ($tool complete -- $words[2..-1] $current 2>/dev/null)\n"
    "        switch $line\n"
    "            case ':folder'\n"
    "                __fish_complete_directories $current\n"
    "            case ':file*'\n"
    "                __fish_complete_suffix (string sub -s 6 -- $line)\n"
    "            case '*'\n"
    "                printf '%s\\n' $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c loader-cli -f -a '(__loader_cli)'\n";

bool completion_print(const char *shell)
{
    const char *script = strcmp(shell, "bash") == 0   ? bash
                         : strcmp(shell, "zsh") == 0  ? zsh
                         : strcmp(shell, "fish") == 0 ? fish
                                                      : NULL;

    if (script != NULL) {
        fputs(script, stdout);
    }
    return script != NULL;
}
