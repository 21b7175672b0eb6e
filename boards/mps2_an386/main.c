// SPDX-License-Identifier: Apache-2.0
#include "board.h"
#include <chips/mps2_alarm.h>
#include <chips/mps2_panel.h>
#include <kernel/capsules.h>
#include <kernel/arch.h>
#include <kernel/work.h>
#include <tbf/header.h>
#include <string.h>
extern uint8_t kernel_slot[];
static const struct driver *const drivers[] = {&alarm_driver,&console_driver,&led_driver,&button_driver,&debug_driver,&rng_driver,&process_info_driver};
static void ready(void *c){(void)c; console_ready();}
static const struct hil_serial_client client={ready,NULL};
static size_t line_write(struct process_id p,const uint8_t*d,size_t n){(void)p; return board_serial->write(board_serial,d,n);}
static const struct console_line line={line_write};
static void puts2(const char*s){ board_serial->write(board_serial,(const uint8_t*)s,strlen(s)); }
static void hex(uint32_t v){ char b[11]="0x"; for(int i=0;i<8;i++){ b[2+i]="0123456789abcdef"[(v>>(28-4*i))&15]; } b[10]=0; puts2(b); puts2(" "); }
static void panic(const char*w,const struct fault*f){ puts2("PANIC "); puts2(w); if(f){hex(f->pc);hex(f->lr);hex(f->status);hex(f->address);} arch_interrupts_restore(0); for(;;); }
static void faulted(struct process*p,const struct fault*f){ (void)p; puts2("FAULT "); hex(f->cause);hex(f->address);hex(f->pc);hex(f->status); puts2("\r\n"); }
static struct kernel_board board={.drivers=drivers,.driver_count=7,.flash={MAP_FLASH_START,MAP_FLASH_SIZE},.ram={MAP_RAM_START,MAP_RAM_SIZE},.peripherals={MAP_PERIPHERALS_START,MAP_PERIPHERALS_SIZE},.apps={MAP_APPS_START,MAP_APPS_SIZE},.app_ram_start=MAP_APP_RAM_START,.app_ram_size=MAP_APP_RAM_SIZE,.block_min=MAP_BLOCK_MIN,.alarm=&mps2_alarm,.ticks_per_ms=25000,.fault_policy=FAULT_STOP,.faulted=faulted,.panic=panic};
int main(void);
int main(void){
 *(volatile uint32_t*)0xE000ED08u=(uint32_t)kernel_slot+MAP_KERNEL_OFFSET;
 board.kernel_image=(struct kernel_range){(uint32_t)kernel_slot,MAP_SLOT_SIZE};
 board_devices_init();
 board_serial->open(board_serial,115200,&client);
 puts2("kernel\r\n");
 kernel_init(&board);
 console_init(&line); led_init(&mps2_leds); button_init(&mps2_buttons); rng_init(&mps2_entropy); debug_init(&line);
 struct tbf_object o; uint32_t off=0;
 while(tbf_walk((const uint8_t*)MAP_APPS_START,MAP_APPS_SIZE,off,&o)==0){
  if(o.error==0&&!o.header.padding){ struct process_image im={0}; uint32_t b=MAP_APPS_START+off; im.flash_start=b; im.flash_size=o.header.total_size; im.extent=(o.header.total_size+4095)&~4095u; im.app_start=b+o.header.app_start; im.binary_end=b+o.header.binary_end; im.entry=b+o.header.entry; im.min_ram=o.header.min_ram; im.fixed_ram=UINT32_MAX; im.name=o.header.name.data; im.name_length=o.header.name.length; struct process*p; int e=process_create(&im,&p); hex((uint32_t)e); }
  off+=(o.header.total_size+4095)&~4095u;
 }
 kernel_loop();
}
