/** Words for faults of the target as a whole. */
import { entries } from './words-entry.ts';

export const targetWords = entries({
  TARGET_CREDENTIALS_REJECTED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Authing rejected the access key.',
      means: 'Nothing can be read from or written to Authing until the right key is entered.',
      remedy:
        'Copy the user pool id and its secret again from the Authing console, without blanks before or after.',
    },
    zh: {
      what: 'Authing 拒绝了访问密钥。',
      means: '在填写正确的密钥之前，无法读取或写入 Authing。',
      remedy: '请在 Authing 控制台重新复制用户池 ID 和密钥，注意前后不要带空格。',
    },
  },
  TARGET_TOKEN_REJECTED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Authing does not accept the token that it has just issued.',
      means:
        'The access key is right, but it is not valid for this user pool, or it was revoked a moment ago.',
      remedy:
        'Check that the user pool id of the connection belongs to this access key, and that the key is active in the Authing console.',
    },
    zh: {
      what: 'Authing 不接受它刚刚签发的令牌。',
      means: '访问密钥本身正确，但不适用于该用户池，或刚刚被撤销。',
      remedy: '请确认连接中的用户池 ID 与该访问密钥匹配，并在 Authing 控制台确认密钥处于启用状态。',
    },
  },
  TARGET_FORBIDDEN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Authing denied access to {interface}.',
      means: 'The access key lacks a right that the import needs.',
      remedy:
        'Use the key of the user pool, or grant this administrator key the rights on organisations, users and custom fields.',
    },
    zh: {
      what: 'Authing 拒绝访问接口 {interface}。',
      means: '该访问密钥缺少同步所需的权限。',
      remedy: '请改用用户池密钥，或为该管理员密钥授予组织机构、用户和自定义字段的管理权限。',
    },
  },
  TARGET_POOL_NOT_FOUND: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Authing knows no user pool with this id.',
      means: 'Nothing can be read or written until the user pool is right.',
      remedy:
        'Copy the user pool id from the Authing console, and check that the address of Authing is the one of this user pool.',
    },
    zh: {
      what: 'Authing 中不存在该 ID 对应的用户池。',
      means: '在用户池填写正确之前，无法读取或写入。',
      remedy: '请从 Authing 控制台复制用户池 ID，并确认所填的 Authing 地址属于该用户池。',
    },
  },
  TARGET_POOL_UNKNOWN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'It could not be found out which user pool the access key belongs to.',
      means: 'An administrator key is not enough by itself; the user pool id is needed too.',
      remedy: 'Enter the user pool id in the connection.',
    },
    zh: {
      what: '无法确定该访问密钥属于哪个用户池。',
      means: '仅有管理员密钥还不够，还需要用户池 ID。',
      remedy: '请在连接中填写用户池 ID。',
    },
  },
  TARGET_PLAN_REQUIRED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The Authing plan of this user pool does not include {interface}.',
      means: 'The import cannot go on with the present plan.',
      remedy: 'Upgrade the plan in the Authing console, or ask Authing to enable this function.',
    },
    zh: {
      what: '该用户池的 Authing 套餐不包含接口 {interface}。',
      means: '以当前套餐无法继续同步。',
      remedy: '请在 Authing 控制台升级套餐，或联系 Authing 开通该功能。',
    },
  },
  TARGET_QUOTA_REACHED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Authing refused because a limit of the plan is reached, most likely the number of users.',
      means: 'What was imported stays; no further accounts can be created.',
      remedy:
        'Raise the limit in the Authing console or remove unused accounts, then start the import again.',
    },
    zh: {
      what: 'Authing 因已达到套餐额度上限（通常是用户数量）而拒绝。',
      means: '已导入的数据保持不变，但无法继续创建账号。',
      remedy: '请在 Authing 控制台提升额度或清理不用的账号，然后重新开始同步。',
    },
  },
  TARGET_SIGNATURE_DEMANDED: {
    kind: 'config',
    who: 'vendor',
    en: {
      what: 'Authing answered with a fault of request signatures ({vendorCode}).',
      means:
        'This software signs in with management tokens; this Authing server seems to accept signed requests only.',
      remedy:
        'Check that the server is Authing version 3 with management tokens enabled, and send the request id {requestId} to Authing.',
    },
    zh: {
      what: 'Authing 返回了请求签名错误（{vendorCode}）。',
      means: '本程序使用管理令牌访问；该 Authing 服务似乎只接受签名请求。',
      remedy:
        '请确认该服务为支持管理令牌的 Authing V3，并将请求编号 {requestId} 提供给 Authing 支持团队。',
    },
  },
  TARGET_UNSUPPORTED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'This Authing server does not offer {interface}.',
      means: 'The private deployment is probably older than this software needs.',
      remedy: 'Update the Authing deployment to version 3 with the organisation interfaces.',
    },
    zh: {
      what: '该 Authing 服务不支持接口 {interface}。',
      means: '私有化部署的版本可能低于本程序的要求。',
      remedy: '请将 Authing 私有化部署升级到包含组织机构接口的 V3 版本。',
    },
  },
  TARGET_HOST_WRONG: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The server at {address} answers, but not as Authing does (HTTP {httpStatus}).',
      means: 'The address probably leads to the console, to a login page or to another server.',
      remedy:
        'Enter the address of the Authing interface, for example https://api.authing.cn, or the one of your private deployment.',
    },
    zh: {
      what: '地址 {address} 有响应，但不是 Authing 接口（HTTP {httpStatus}）。',
      means: '该地址可能指向控制台、登录页或其他服务。',
      remedy: '请填写 Authing 接口地址，例如 https://api.authing.cn，或您私有化部署的接口地址。',
    },
  },
  TARGET_ORGANIZATION_NOT_FOUND: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The organisation of this connection does not exist in Authing.',
      means: 'It was deleted there, its code was changed, or the code of the connection is wrong.',
      remedy: 'Choose an existing organisation in the connection, or create a new one.',
    },
    zh: {
      what: 'Authing 中不存在该连接所对应的组织机构。',
      means: '该组织可能已被删除、编码已被修改，或连接中填写的编码有误。',
      remedy: '请在连接中选择一个现有的组织机构，或新建一个。',
    },
  },
  TARGET_ORGANIZATION_CODE_INVALID: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Authing does not accept this organisation code.',
      means: 'Codes are made of Latin letters, digits and dashes, and have at most 64 characters.',
      remedy: 'Enter another code, for example the company name in Latin letters.',
    },
    zh: {
      what: 'Authing 不接受该组织机构编码。',
      means: '编码只能由英文字母、数字和连字符组成，且不超过 64 个字符。',
      remedy: '请换一个编码，例如公司名称的拼音或英文。',
    },
  },
  TARGET_ORGANIZATION_CODE_TAKEN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'An organisation with this code exists in Authing already.',
      means: 'It is not taken over silently, because somebody else may maintain it.',
      remedy:
        'Choose the existing organisation in the connection on purpose, or enter another code.',
    },
    zh: {
      what: 'Authing 中已存在使用该编码的组织机构。',
      means: '它可能由他人维护，因此不会被自动接管。',
      remedy: '请在连接中明确选择该组织机构，或填写其他编码。',
    },
  },
  TARGET_CUSTOM_FIELD_REFUSED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Authing refused to define a custom field.',
      means:
        'A field with the same key exists with another type, the key is reserved, or the plan allows no more fields.',
      remedy:
        'Compare the custom fields in the Authing console with the attribute mapping, and change one of them.',
    },
    zh: {
      what: 'Authing 拒绝创建自定义字段。',
      means: '可能已存在同名但类型不同的字段、该名称为保留字，或套餐不允许再增加字段。',
      remedy: '请将 Authing 控制台中的自定义字段与属性映射进行比对，并修改其中之一。',
    },
  },
  TARGET_RATE_LIMITED: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'Authing asked to slow down.',
      means: 'Nothing is lost; the work goes on after a pause.',
      remedy:
        'Nothing has to be done. If it happens often, lower the rate of the connection or ask Authing for a higher limit.',
    },
    zh: {
      what: 'Authing 要求降低请求频率。',
      means: '数据不会丢失，稍后将自动继续。',
      remedy: '无需任何操作。如果频繁出现，请调低该连接的速率，或联系 Authing 提高限额。',
    },
  },
  TARGET_UNAVAILABLE: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'Authing reported a fault of its own (HTTP {httpStatus}, code {vendorCode}).',
      means: 'Authing is disturbed or under maintenance; the work is tried again by itself.',
      remedy: 'Wait. If it lasts, give the request id {requestId} to Authing.',
    },
    zh: {
      what: 'Authing 报告了自身故障（HTTP {httpStatus}，代码 {vendorCode}）。',
      means: 'Authing 可能出现异常或正在维护，程序会自动重试。',
      remedy: '请稍候。如果持续出现，请将请求编号 {requestId} 提供给 Authing 支持团队。',
    },
  },
  TARGET_THIRD_PARTY_FAILED: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'Authing could not reach a service that it depends on (code {vendorCode}).',
      means:
        'Something behind Authing, for example an extended identity source, did not answer; it is tried again by itself.',
      remedy: 'If it lasts, check the services connected to the user pool in the Authing console.',
    },
    zh: {
      what: 'Authing 无法访问其依赖的服务（代码 {vendorCode}）。',
      means: 'Authing 背后的某个服务（例如外部身份源）未响应，程序会自动重试。',
      remedy: '如果持续出现，请在 Authing 控制台检查该用户池所连接的服务。',
    },
  },
  TARGET_REPLY_UNREADABLE: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'The reply to {interface} is not one of Authing (HTTP {httpStatus}).',
      means:
        'A gateway, proxy or maintenance page answered in its place; it is tried again by itself.',
      remedy:
        'If it lasts, check the address of Authing in the connection and what stands between this server and Authing.',
    },
    zh: {
      what: '接口 {interface} 返回的内容并非来自 Authing（HTTP {httpStatus}）。',
      means: '可能是网关、代理或维护页面代为应答，程序会自动重试。',
      remedy: '如果持续出现，请检查连接中的 Authing 地址，以及本服务器与 Authing 之间的网络设备。',
    },
  },
  TARGET_ANSWER_UNKNOWN: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'Authing answered {interface} with a code that is not documented ({vendorCode}).',
      means:
        'To be safe it is taken neither for success nor for "does not exist"; it is tried again by itself.',
      remedy: 'If it lasts, report it with the code and the request id {requestId}.',
    },
    zh: {
      what: 'Authing 对接口 {interface} 返回了未公开的代码（{vendorCode}）。',
      means: '为安全起见，既不视为成功，也不视为“不存在”，程序会自动重试。',
      remedy: '如果持续出现，请附上该代码和请求编号 {requestId} 反馈。',
    },
  },
  TARGET_LIST_INCOMPLETE: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'Authing returned fewer objects than it counted ({interface}).',
      means: 'With an incomplete list nothing can be compared safely; it is read again.',
      remedy:
        'If it lasts, report it: the organisation may be larger than Authing returns in one reply.',
    },
    zh: {
      what: 'Authing 返回的对象数量少于其统计数量（{interface}）。',
      means: '列表不完整时无法安全比对，程序会重新读取。',
      remedy: '如果持续出现，请反馈此问题：组织规模可能超出 Authing 单次返回的上限。',
    },
  },
  TARGET_WRITE_NOT_SENT: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'A change was not sent, because its time had run out or because an earlier one is still unclear.',
      means: 'Nothing was changed by it; it follows with the next round.',
      remedy: 'Nothing has to be done.',
    },
    zh: {
      what: '有一项变更未发送：时限已过，或前一项变更的结果尚不明确。',
      means: '该变更未产生任何影响，将在下一轮继续。',
      remedy: '无需任何操作。',
    },
  },
  TARGET_WRITE_UNCLEAR: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'Authing confirmed a change without showing its result ({interface}).',
      means: 'The change may have been made; it is read again before anything else is sent.',
      remedy: 'Nothing has to be done.',
    },
    zh: {
      what: 'Authing 确认了变更，但没有返回结果（{interface}）。',
      means: '变更可能已经生效；在发送其他变更之前会重新读取确认。',
      remedy: '无需任何操作。',
    },
  },
  BUG_TARGET_REQUEST: {
    kind: 'bug',
    who: 'operator',
    en: {
      what: 'Authing did not understand a request of this software ({interface}, field {field}).',
      means: 'The run stopped so that nothing is done wrongly; what was done stays.',
      remedy: 'Report it with the code {vendorCode} and the request id {requestId}.',
    },
    zh: {
      what: 'Authing 无法理解本程序发出的请求（{interface}，字段 {field}）。',
      means: '为避免误操作，本次同步已停止；已完成的部分保持不变。',
      remedy: '请附上代码 {vendorCode} 和请求编号 {requestId} 反馈此问题。',
    },
  },
  BUG_TARGET_REPLY: {
    kind: 'bug',
    who: 'operator',
    en: {
      what: 'The reply of Authing to {interface} has a form that is not documented (field {field}).',
      means: 'The run stopped so that nothing is done wrongly; what was done stays.',
      remedy:
        'Report it with the request id {requestId}; this version of Authing may be newer than this software.',
    },
    zh: {
      what: 'Authing 对接口 {interface} 的返回格式与文档不符（字段 {field}）。',
      means: '为避免误操作，本次同步已停止；已完成的部分保持不变。',
      remedy: '请附上请求编号 {requestId} 反馈此问题；Authing 的版本可能比本程序更新。',
    },
  },
});
