// SPDX-License-Identifier: Apache-2.0
/* System registers of Armv7-M that the kernel uses (Armv7-M Architecture Reference Manual, B3). */
#ifndef ARM_M_REGISTERS_H
#define ARM_M_REGISTERS_H

#include <stdint.h>

#define ARM_REGISTER(address) (*(volatile uint32_t *)(address))

#define SYST_CSR  ARM_REGISTER(0xE000E010u)
#define SYST_RVR  ARM_REGISTER(0xE000E014u)
#define SYST_CVR  ARM_REGISTER(0xE000E018u)
#define SCB_ICSR  ARM_REGISTER(0xE000ED04u)
#define SCB_CCR   ARM_REGISTER(0xE000ED14u)
#define SCB_SHPR1 ARM_REGISTER(0xE000ED18u)
#define SCB_SHPR2 ARM_REGISTER(0xE000ED1Cu)
#define SCB_SHPR3 ARM_REGISTER(0xE000ED20u)
#define SCB_SHCSR ARM_REGISTER(0xE000ED24u)
#define SCB_CFSR  ARM_REGISTER(0xE000ED28u)
#define SCB_HFSR  ARM_REGISTER(0xE000ED2Cu)
#define SCB_MMFAR ARM_REGISTER(0xE000ED34u)
#define SCB_BFAR  ARM_REGISTER(0xE000ED38u)
#define SCB_CPACR ARM_REGISTER(0xE000ED88u)
#define FPU_FPCCR ARM_REGISTER(0xE000EF34u)
#define MPU_CTRL  ARM_REGISTER(0xE000ED94u)
#define MPU_RNR   ARM_REGISTER(0xE000ED98u)
#define MPU_RBAR  ARM_REGISTER(0xE000ED9Cu)
#define MPU_RASR  ARM_REGISTER(0xE000EDA0u)

#define SYST_ENABLE        1u
#define SYST_INTERRUPT     2u
#define SYST_CPU_CLOCK     4u
#define SYST_EXPIRED       (1u << 16)
#define ICSR_PENDSV_SET    (1u << 28)
#define ICSR_TICK_CLEAR    (1u << 25)
#define SHCSR_FAULTS       (7u << 16) /* MemManage, BusFault, UsageFault have handlers of their own */
#define SHCSR_SVC_PENDED   (1u << 15)
#define CCR_DIV_0_TRAP     (1u << 4)
#define CCR_STACK_ALIGN    (1u << 9)
#define RBAR_VALID(number) ((1u << 4) | (number))

#define CPACR_FLOATING (15u << 20) /* coprocessors 10 and 11, full access */
#define FPCCR_ASPEN    (1u << 31)  /* B3.2.21: the hardware saves the registers by itself */
#define FPCCR_LSPEN    (1u << 30)

/* CFSR bits (B3.2.15) */
#define CFSR_IACCVIOL    (1u << 0)
#define CFSR_DACCVIOL    (1u << 1)
#define CFSR_MUNSTKERR   (1u << 3)
#define CFSR_MSTKERR     (1u << 4)
#define CFSR_MLSPERR     (1u << 5)
#define CFSR_MMARVALID   (1u << 7)
#define CFSR_IBUSERR     (1u << 8)
#define CFSR_PRECISERR   (1u << 9)
#define CFSR_IMPRECISERR (1u << 10)
#define CFSR_UNSTKERR    (1u << 11)
#define CFSR_STKERR      (1u << 12)
#define CFSR_BFARVALID   (1u << 15)
#define CFSR_NOCP        (1u << 19)
#define CFSR_UNALIGNED   (1u << 24)
#define CFSR_DIVBYZERO   (1u << 25)

static inline void arm_barrier(void)
{
    __asm volatile("dsb\n\tisb" ::: "memory");
}

#endif
