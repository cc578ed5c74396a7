/** Names for generated companies: mostly Chinese, a few from the rest of Unicode. */
import type { Random } from '../random.ts';

const SURNAMES = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕',
];
const GIVEN = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文斌宇浩凯晨雪琳丹颖佳欣怡然子涵梓萱思远',
];

/** What real address books hold besides: minority names, astral characters, right-to-left, marks, joined emoji. */
const UNUSUAL = [
  '买买提·吐尔逊',
  '迪丽热巴·迪力木拉提',
  '𠮷野家',
  '𨋢先生',
  "O'Brien Seán",
  'Ångström Zoë',
  'Nguyễn Thị Ánh',
  'محمد علي',
  'שרה כהן',
  'सुनीता शर्मा',
  'สมชาย ใจดี',
  '田中 さくら',
  '김민수',
  'Zoë\u0308 Ç\u0327',
  '👩‍💻 小雅',
  '李雷（外包）',
  'null',
  '<b>王五</b>',
  'A & B "C" \\ D',
];

const DEPARTMENT_HEADS = [
  '研发',
  '销售',
  '市场',
  '运营',
  '财务',
  '人力资源',
  '法务',
  '采购',
  '质量',
  '客服',
  '物流',
  '设计',
  '数据',
  '安全',
  '基础架构',
  '商业化',
  '国际业务',
  '华东',
  '华南',
  '华北',
];
const DEPARTMENT_TAILS = ['部', '中心', '组', '事业部', '团队', '一部', '二部', '办公室'];
const DEPARTMENT_UNUSUAL = [
  'R&D 🚀',
  'قسم المبيعات',
  '開発/設計',
  'Отдел №5',
  '𠮷田班',
  '研发 (α)',
];

export function personName(random: Random): string {
  if (random.chance(0.03)) return random.pick(UNUSUAL);
  const given = random.pick(GIVEN) + (random.chance(0.7) ? random.pick(GIVEN) : '');
  return random.pick(SURNAMES) + given;
}

/** A department name that is not in `taken`; numbers make it so. */
export function departmentName(random: Random, taken: Set<string>): string {
  const base = random.chance(0.02)
    ? random.pick(DEPARTMENT_UNUSUAL)
    : random.pick(DEPARTMENT_HEADS) + random.pick(DEPARTMENT_TAILS);
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}${number}`;
  taken.add(name);
  return name;
}
