/** Words for everything the source can answer. */
import { entries } from './words-entry.ts';

export const sourceWords = entries({
  SOURCE_CREDENTIALS_REJECTED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'DingTalk rejected the AppKey or AppSecret ({vendorCode}).',
      means: 'No run can start until the right pair is entered.',
      remedy:
        'Copy AppKey and AppSecret again from the DingTalk developer console, without blanks before or after.',
    },
    zh: {
      what: '钉钉拒绝了 AppKey 或 AppSecret（{vendorCode}）。',
      means: '在填写正确的凭证之前，无法开始同步。',
      remedy: '请在钉钉开发者后台重新复制 AppKey 和 AppSecret，注意前后不要带空格。',
    },
  },
  SOURCE_TOKEN_REJECTED: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'DingTalk issued an access token and then did not accept it ({vendorCode}).',
      means: 'A new token was fetched once and was rejected too; it is tried again by itself.',
      remedy:
        'If it lasts, check in the DingTalk developer console that the app is still enabled and that its AppSecret was not reset just now.',
    },
    zh: {
      what: '钉钉签发了访问令牌，却又不接受它（{vendorCode}）。',
      means: '已重新获取一次令牌，仍被拒绝；程序会自动重试。',
      remedy: '如果持续出现，请在钉钉开发者后台确认应用仍处于启用状态，且 AppSecret 未被重置。',
    },
  },
  SOURCE_COMPANY_UNKNOWN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'DingTalk does not know the company with this CorpId ({vendorCode}).',
      means: 'No run can start until the right CorpId is entered.',
      remedy:
        'Copy the CorpId from the home page of the DingTalk developer console; the app must belong to the same company.',
    },
    zh: {
      what: '钉钉找不到该 CorpId 对应的企业（{vendorCode}）。',
      means: '在填写正确的 CorpId 之前，无法开始同步。',
      remedy: '请在钉钉开发者后台首页重新复制 CorpId；应用必须属于同一企业。',
    },
  },
  SOURCE_COMPANY_CLOSED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The company was disabled or dissolved at DingTalk ({vendorCode}).',
      means: 'Nothing can be read any more. Nobody is removed from Authing because of this.',
      remedy:
        'Ask the owner of the DingTalk company. If it is closed for good, decide what becomes of the accounts and remove the connection.',
    },
    zh: {
      what: '该企业在钉钉已被停用或解散（{vendorCode}）。',
      means: '无法继续读取数据；Authing 中的账号不会因此被移除。',
      remedy: '请联系钉钉企业的所有者。如果企业已永久关闭，请先决定这些账号的去留，再移除此连接。',
    },
  },
  SOURCE_APP_DISABLED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The DingTalk app is disabled ({vendorCode}).',
      means:
        'Nothing can be read until it is enabled again. Nobody is removed from Authing because of this.',
      remedy: 'Enable the app in the DingTalk admin console, or enter the keys of another one.',
    },
    zh: {
      what: '该钉钉应用已被停用（{vendorCode}）。',
      means: '在重新启用之前，无法读取数据；Authing 中的账号不会因此被移除。',
      remedy: '请在钉钉管理后台启用该应用，或改填其他应用的凭证。',
    },
  },
  SOURCE_PERMISSION_MISSING: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The DingTalk app lacks the permission {permission} for {interface}.',
      means:
        'This part of the address book cannot be read. Nobody is removed from Authing because of this.',
      remedy:
        'In the DingTalk developer console open the app, "Permissions", find {permission}, apply for it and publish; it takes effect within minutes.',
    },
    zh: {
      what: '钉钉应用缺少接口 {interface} 所需的权限 {permission}。',
      means: '无法读取通讯录的这一部分；Authing 中的账号不会因此被移除。',
      remedy:
        '请在钉钉开发者后台打开该应用的“权限管理”，搜索 {permission} 并申请开通，几分钟内生效。',
    },
  },
  SOURCE_IP_NOT_ALLOWED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'DingTalk does not allow calls from the address {address}.',
      means:
        'The app accepts calls from its list of server egress addresses only, and this one is not in it.',
      remedy:
        'In the DingTalk developer console open the app, "Development settings", "Server egress IP", and add {address}; or correct the proxy of this connection.',
    },
    zh: {
      what: '钉钉不允许来自地址 {address} 的调用。',
      means: '应用只接受“服务器出口IP”名单内的地址，而此地址不在其中。',
      remedy:
        '请在钉钉开发者后台打开该应用的“开发配置”，将 {address} 加入“服务器出口IP”；或更正此连接的代理。',
    },
  },
  SOURCE_IP_SHARED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Too many companies call DingTalk from this egress address ({vendorCode}).',
      means: 'DingTalk limits how many companies may share one address; this one was refused.',
      remedy: 'Give this connection a proxy with an address of its own.',
    },
    zh: {
      what: '使用此出口地址调用钉钉的企业过多（{vendorCode}）。',
      means: '钉钉限制共用同一地址的企业数量，此企业的调用被拒绝。',
      remedy: '请为此连接配置拥有独立出口地址的代理。',
    },
  },
  SOURCE_OUT_OF_SCOPE: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'This object is outside the address-book scope of the DingTalk app ({vendorCode}).',
      means: 'It cannot be read, which does not mean that it is gone: nothing was removed.',
      remedy:
        "If it is to be synchronised, widen the app's address-book scope in the DingTalk developer console.",
    },
    zh: {
      what: '该对象不在钉钉应用的通讯录权限范围内（{vendorCode}）。',
      means: '无法读取不等于已删除，因此未做任何移除。',
      remedy: '如需同步该对象，请在钉钉开发者后台扩大应用的通讯录权限范围。',
    },
  },
  SOURCE_OBJECT_REFUSED: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'DingTalk did not return this object: {vendorMessage} ({vendorCode}).',
      means: 'It was left as it is, and nothing was removed; everything else goes on.',
      remedy:
        'Open the object in the DingTalk admin console. If the reason is unclear, give the request id {requestId} to DingTalk.',
    },
    zh: {
      what: '钉钉未返回该对象：{vendorMessage}（{vendorCode}）。',
      means: '该对象保持原样，未做任何移除；其他对象不受影响。',
      remedy:
        '请在钉钉管理后台查看该对象；如果原因不明，请将请求编号 {requestId} 提供给钉钉支持团队。',
    },
  },
  SOURCE_OBJECT_UNREADABLE: {
    kind: 'data',
    who: 'operator',
    en: {
      what: 'DingTalk returned this object in a form that cannot be understood ({field}).',
      means: 'It was left as it is, and nothing was removed; everything else goes on.',
      remedy:
        'Open and save the object in the DingTalk admin console. If it stays, report interface {interface} and field {field}.',
    },
    zh: {
      what: '钉钉返回的该对象格式无法识别（{field}）。',
      means: '该对象保持原样，未做任何移除；其他对象不受影响。',
      remedy:
        '请在钉钉管理后台打开并重新保存该对象；如仍出现，请反馈接口 {interface} 和字段 {field}。',
    },
  },
  SOURCE_INCOMPLETE: {
    kind: 'data',
    who: 'ourselves',
    en: {
      what: 'DingTalk returned a list that contradicts itself ({interface}).',
      means:
        'It says that more follows and gives no way to it. What was read is used; nobody is removed on such grounds.',
      remedy:
        'Start the run again later. If it stays, give the request id {requestId} to DingTalk.',
    },
    zh: {
      what: '钉钉返回的列表自相矛盾（{interface}）。',
      means:
        '列表称还有后续数据，却未给出继续读取的方式。已读取的部分照常处理，不会据此移除任何人。',
      remedy: '请稍后重新同步；如仍出现，请将请求编号 {requestId} 提供给钉钉支持团队。',
    },
  },
  SOURCE_RATE_LIMITED: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'DingTalk asked to slow down ({vendorCode}).',
      means: 'Nothing is lost; the work goes on after a pause.',
      remedy:
        'Nothing has to be done. If it happens often, other software may be using the same app: give this connection an app of its own.',
    },
    zh: {
      what: '钉钉要求降低请求频率（{vendorCode}）。',
      means: '数据不会丢失，稍后将自动继续。',
      remedy:
        '无需任何操作。如果频繁出现，可能有其他程序在使用同一应用，建议为此连接单独创建应用。',
    },
  },
  SOURCE_QUOTA_REACHED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The company has used up its DingTalk calls of this month ({vendorCode}).',
      means: 'DingTalk answers again from the first of next month, or with a larger package.',
      remedy:
        'See "Resource management" in the DingTalk developer console; order a package or wait.',
    },
    zh: {
      what: '企业本月的钉钉接口调用量已用完（{vendorCode}）。',
      means: '下月 1 日起恢复，或购买更大的套餐后恢复。',
      remedy: '请在钉钉开发者后台的“资源管理”中查看用量，购买套餐或等待下月。',
    },
  },
  SOURCE_ADDRESS_BANNED: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'DingTalk blocks the egress address for some minutes.',
      means:
        'More than 10,000 calls in 20 seconds came from this address, by us or by others who share it; we wait and ask rarely until it is over.',
      remedy:
        'Nothing has to be done. If it happens again, give this connection a proxy with an address of its own.',
    },
    zh: {
      what: '钉钉暂时封禁了该出口地址，通常持续数分钟。',
      means:
        '20 秒内来自该地址的调用超过 10,000 次，可能来自本程序，也可能来自共用此地址的其他程序；解封之前，程序只会偶尔试探。',
      remedy: '无需任何操作。如果再次出现，请为此连接配置拥有独立出口地址的代理。',
    },
  },
  SOURCE_UNAVAILABLE: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'DingTalk reported a fault of its own (HTTP {httpStatus}, code {vendorCode}).',
      means: 'DingTalk is busy or disturbed; the work is tried again by itself.',
      remedy: 'Wait. If it lasts, give the request id {requestId} to DingTalk.',
    },
    zh: {
      what: '钉钉报告了自身故障（HTTP {httpStatus}，代码 {vendorCode}）。',
      means: '钉钉系统繁忙或出现异常，程序会自动重试。',
      remedy: '请稍候。如果持续出现，请将请求编号 {requestId} 提供给钉钉支持团队。',
    },
  },
  SOURCE_REPLY_UNREADABLE: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'The reply to {interface} is not one that DingTalk documents (HTTP {httpStatus}).',
      means:
        'It was cut off, empty, or came from a gateway; it is taken neither for success nor for "does not exist", and tried again by itself.',
      remedy:
        'If it lasts, check the addresses of DingTalk in the connection and what stands between this server and DingTalk.',
    },
    zh: {
      what: '接口 {interface} 的应答不符合钉钉文档（HTTP {httpStatus}）。',
      means: '应答可能不完整、为空，或来自网关；既不视为成功，也不视为“不存在”，程序会自动重试。',
      remedy: '如果持续出现，请检查连接中的钉钉地址，以及本服务器与钉钉之间的网络设备。',
    },
  },
  SOURCE_UNKNOWN_REPLY: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'DingTalk answered {interface} with a code that is not documented ({vendorCode}: {vendorMessage}).',
      means:
        'To be safe it is taken neither for success nor for "does not exist"; it is tried again by itself.',
      remedy: 'If it lasts, report it with the code and the request id {requestId}.',
    },
    zh: {
      what: '钉钉对接口 {interface} 返回了未公开的代码（{vendorCode}：{vendorMessage}）。',
      means: '为安全起见，既不视为成功，也不视为“不存在”，程序会自动重试。',
      remedy: '如果持续出现，请附上该代码和请求编号 {requestId} 反馈。',
    },
  },
  BUG_SOURCE_REQUEST: {
    kind: 'bug',
    who: 'operator',
    en: {
      what: 'DingTalk did not accept the form of our call to {interface} ({vendorCode}).',
      means:
        'This is a fault of this software or a wrong address of DingTalk; the run stopped so that nothing is done wrongly.',
      remedy:
        'Check the addresses of DingTalk in the connection; if they are right, report the interface, the code and the request id {requestId}.',
    },
    zh: {
      what: '钉钉不接受我们对接口 {interface} 的调用方式（{vendorCode}）。',
      means: '这是本程序的错误，或钉钉地址填写有误；为避免误操作，本次同步已停止。',
      remedy: '请检查连接中的钉钉地址；如果无误，请反馈接口名称、代码和请求编号 {requestId}。',
    },
  },
});
