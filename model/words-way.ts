/** Words for the way to both vendors: addresses, proxy, network, certificates. */
import { entries } from './words-entry.ts';

export const wayWords = entries({
  ADDRESS_INVALID: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The address in the field {field} cannot be used.',
      means:
        'It is not a plain host, or a URL of the kind that the field asks for; nothing was contacted.',
      remedy:
        'Enter the address again: "https://host" for a vendor, "http://user:password@host:port" or "none" for a proxy; without blanks, and signs like "@" in a password written as "%40".',
    },
    zh: {
      what: '字段 {field} 中的地址无法使用。',
      means: '它不是有效的主机名或该字段要求的 URL，程序未发起任何连接。',
      remedy:
        '请重新填写：服务地址形如“https://主机名”，代理地址形如“http://用户名:密码@主机名:端口”或“none”；不要带空格，密码中的“@”等符号请写作“%40”的形式。',
    },
  },
  ADDRESS_FORBIDDEN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The address {address} belongs to a range that is never contacted.',
      means:
        'Link-local and metadata addresses give access to the machine itself, so they are refused, also when a name leads to them.',
      remedy:
        'Enter the address of a real proxy or service; private addresses of your own network are allowed.',
    },
    zh: {
      what: '地址 {address} 属于禁止访问的网段。',
      means:
        '链路本地地址和元数据地址可访问主机自身的敏感信息，因此一律拒绝，域名解析到这些地址时也是如此。',
      remedy: '请填写真实的代理或服务地址；您内部网络的私有地址可以使用。',
    },
  },
  CA_INVALID: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The certificate authority entered for this connection cannot be read.',
      means: 'It is not a certificate in PEM form, so no server could prove by it who it is.',
      remedy:
        'Enter the whole text of the authority, from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----", or leave the field empty.',
    },
    zh: {
      what: '此连接中填写的 CA 证书无法读取。',
      means: '它不是有效的 PEM 格式证书，服务器无法凭它证明身份。',
      remedy:
        '请完整粘贴 CA 证书内容，从“-----BEGIN CERTIFICATE-----”到“-----END CERTIFICATE-----”，或将该字段留空。',
    },
  },
  EGRESS_PROXY_REFUSED: {
    kind: 'transient',
    who: 'administrator',
    en: {
      what: 'The egress proxy {address} refused the connection.',
      means:
        'Nothing can be read or written through this proxy until it answers; we try again by ourselves and never go around it.',
      remedy:
        'Check that the proxy is running and that address and port in the connection are right.',
    },
    zh: {
      what: '出口代理 {address} 拒绝了连接。',
      means: '代理恢复之前，无法经由它读取或写入数据；程序会自动重试，绝不会绕过代理直连。',
      remedy: '请确认代理正在运行，并检查连接中填写的代理地址和端口。',
    },
  },
  EGRESS_PROXY_UNRESOLVED: {
    kind: 'transient',
    who: 'administrator',
    en: {
      what: 'The name of the egress proxy {address} cannot be resolved.',
      means:
        'Nothing can be read or written through this proxy until it answers; we try again by ourselves and never go around it.',
      remedy:
        "Check the spelling of the proxy's name, and that the name server of this machine knows it.",
    },
    zh: {
      what: '无法解析出口代理 {address} 的域名。',
      means: '代理恢复之前，无法经由它读取或写入数据；程序会自动重试，绝不会绕过代理直连。',
      remedy: '请检查代理域名的拼写，并确认本机的 DNS 能够解析该域名。',
    },
  },
  EGRESS_PROXY_TIMEOUT: {
    kind: 'transient',
    who: 'administrator',
    en: {
      what: 'The egress proxy {address} did not answer in time.',
      means:
        'Nothing can be read or written through this proxy until it answers; we try again by ourselves and never go around it.',
      remedy:
        'Check that a firewall does not swallow the connection and that the proxy can reach the internet.',
    },
    zh: {
      what: '出口代理 {address} 未在规定时间内响应。',
      means: '代理恢复之前，无法经由它读取或写入数据；程序会自动重试，绝不会绕过代理直连。',
      remedy: '请检查防火墙是否拦截了连接，并确认代理可以访问互联网。',
    },
  },
  EGRESS_PROXY_AUTH: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The egress proxy {address} demands a user name and password, or does not accept those given.',
      means: 'Nothing can be read or written through this proxy until it lets us in.',
      remedy:
        'Enter user name and password of the proxy in its address: "http://user:password@host:port".',
    },
    zh: {
      what: '出口代理 {address} 要求身份验证，或不接受所填的用户名和密码。',
      means: '在代理放行之前，无法经由它读取或写入数据。',
      remedy: '请在代理地址中填写用户名和密码，格式为“http://用户名:密码@主机名:端口”。',
    },
  },
  EGRESS_PROXY_DENIED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The egress proxy {address} refuses to connect to the vendor (HTTP {httpStatus}).',
      means: 'The proxy works, but its rules do not allow this destination.',
      remedy:
        "Ask who runs the proxy to allow CONNECT to the vendor's hosts on port 443 from this machine.",
    },
    zh: {
      what: '出口代理 {address} 拒绝连接到服务方（HTTP {httpStatus}）。',
      means: '代理本身可用，但其规则不允许访问该目标。',
      remedy: '请联系代理管理员，允许本机通过 CONNECT 访问服务方域名的 443 端口。',
    },
  },
  EGRESS_PROXY_UPSTREAM: {
    kind: 'transient',
    who: 'administrator',
    en: {
      what: 'The egress proxy {address} could not reach the vendor (HTTP {httpStatus}).',
      means: 'The proxy answers, but what lies behind it does not; we try again by ourselves.',
      remedy: 'If it lasts, check name resolution and internet access of the proxy itself.',
    },
    zh: {
      what: '出口代理 {address} 无法连接到服务方（HTTP {httpStatus}）。',
      means: '代理有响应，但代理之后的网络不通；程序会自动重试。',
      remedy: '如果持续出现，请检查代理自身的域名解析和互联网访问。',
    },
  },
  EGRESS_PROXY_BROKEN: {
    kind: 'transient',
    who: 'administrator',
    en: {
      what: "The egress proxy {address} broke off the connection, or answered with something that is no proxy's answer.",
      means:
        'Nothing can be read or written through this proxy until it answers; we try again by ourselves and never go around it.',
      remedy:
        'Check that the address belongs to an HTTP proxy that allows CONNECT (not SOCKS, not a web server), and look into its log.',
    },
    zh: {
      what: '出口代理 {address} 中断了连接，或返回了无法识别的应答。',
      means: '代理恢复之前，无法经由它读取或写入数据；程序会自动重试，绝不会绕过代理直连。',
      remedy:
        '请确认该地址是支持 CONNECT 的 HTTP 代理（不是 SOCKS 代理或普通网站），并查看代理日志。',
    },
  },
  EGRESS_PROXY_CERTIFICATE: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The certificate of the egress proxy {address} is not trusted ({vendorCode}).',
      means: 'An encrypted proxy must prove who it is; nothing was sent to it.',
      remedy:
        'Renew the proxy\'s certificate, add its certificate authority to the connection, or enter the proxy with "http://".',
    },
    zh: {
      what: '出口代理 {address} 的证书不受信任（{vendorCode}）。',
      means: '加密代理必须证明其身份，程序未向它发送任何内容。',
      remedy: '请更新代理证书，或将其 CA 证书添加到连接中，或改用“http://”开头的代理地址。',
    },
  },
  SOURCE_UNREACHABLE: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'DingTalk cannot be reached at {address} ({vendorCode}).',
      means:
        'The name cannot be resolved, or nobody accepts the connection; we try again by ourselves.',
      remedy:
        'If it lasts, check the address of DingTalk in the connection, name resolution and firewall of this machine, and whether a proxy is needed.',
    },
    zh: {
      what: '无法连接到钉钉（{address}，{vendorCode}）。',
      means: '域名无法解析，或对方未接受连接；程序会自动重试。',
      remedy:
        '如果持续出现，请检查连接中的钉钉地址、本机的域名解析和防火墙，以及是否需要通过代理访问。',
    },
  },
  SOURCE_TIMEOUT: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'DingTalk did not answer {interface} in time.',
      means: 'Nothing is lost; the call is tried again by itself.',
      remedy:
        'If it lasts, check the way to DingTalk: proxy, firewall, and the status page of DingTalk.',
    },
    zh: {
      what: '钉钉未在规定时间内响应接口 {interface}。',
      means: '数据不会丢失，程序会自动重试。',
      remedy: '如果持续出现，请检查到钉钉的网络（代理、防火墙），并查看钉钉的服务状态。',
    },
  },
  SOURCE_CERTIFICATE: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The certificate shown for DingTalk at {address} is not trusted ({vendorCode}).',
      means:
        'Somebody may stand between this machine and the vendor, or a private deployment uses its own certificate authority; nothing was sent.',
      remedy:
        'For a private deployment, add its certificate authority to the connection. If a proxy opens encrypted traffic, except this host from it. Also check the clock of this machine.',
    },
    zh: {
      what: '钉钉（{address}）出示的证书不受信任（{vendorCode}）。',
      means: '可能有设备在中间拦截流量，或私有化部署使用了自有 CA；程序未发送任何内容。',
      remedy:
        '如为私有化部署，请将其 CA 证书添加到连接中；如果代理会解密流量，请将该域名排除。另请检查本机时间是否准确。',
    },
  },
  SOURCE_TLS_FAILED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'No encryption could be agreed with DingTalk at {address} ({vendorCode}).',
      means:
        'The other end does not speak TLS, or only versions that are no longer safe; nothing was sent.',
      remedy:
        'Check that the address of DingTalk in the connection begins with "https://" and has the right port, and that no device on the way alters the traffic.',
    },
    zh: {
      what: '无法与钉钉（{address}）协商加密连接（{vendorCode}）。',
      means: '对方不支持 TLS，或仅支持已不安全的版本；程序未发送任何内容。',
      remedy:
        '请检查连接中的钉钉地址是否以“https://”开头、端口是否正确，并确认途中没有设备改动流量。',
    },
  },
  SOURCE_CONNECTION_BROKEN: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'The connection to DingTalk broke off during {interface}.',
      means: 'Nothing is lost; the call is tried again by itself.',
      remedy:
        'Nothing has to be done. If it happens often, check the proxy and the network between this machine and DingTalk.',
    },
    zh: {
      what: '调用接口 {interface} 时，与钉钉的连接中断。',
      means: '数据不会丢失，程序会自动重试。',
      remedy: '无需任何操作。如果频繁出现，请检查代理以及本机到钉钉之间的网络。',
    },
  },
  SOURCE_REPLY_TOO_LARGE: {
    kind: 'transient',
    who: 'operator',
    en: {
      what: 'The reply of DingTalk to {interface} is larger than any real one.',
      means:
        'It was cut off to protect the memory of this machine; the call is tried again by itself.',
      remedy:
        "If it lasts, report the interface: something on the way may answer in the vendor's place.",
    },
    zh: {
      what: '钉钉对接口 {interface} 的应答超出了合理大小。',
      means: '为保护本机内存，已中止接收；程序会自动重试。',
      remedy: '如果持续出现，请反馈该接口名称：可能有其他设备代替服务方应答。',
    },
  },
  TARGET_UNREACHABLE: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'Authing cannot be reached at {address} ({vendorCode}).',
      means:
        'The name cannot be resolved, or nobody accepts the connection; we try again by ourselves.',
      remedy:
        'If it lasts, check the address of Authing in the connection, name resolution and firewall of this machine, and whether a proxy is needed.',
    },
    zh: {
      what: '无法连接到 Authing（{address}，{vendorCode}）。',
      means: '域名无法解析，或对方未接受连接；程序会自动重试。',
      remedy:
        '如果持续出现，请检查连接中的 Authing 地址、本机的域名解析和防火墙，以及是否需要通过代理访问。',
    },
  },
  TARGET_TIMEOUT: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'Authing did not answer {interface} in time.',
      means:
        'Nothing is lost; a write that may have happened is read back before anything is sent again.',
      remedy:
        'If it lasts, check the way to Authing: proxy, firewall, and the status page of Authing.',
    },
    zh: {
      what: 'Authing 未在规定时间内响应接口 {interface}。',
      means: '数据不会丢失；可能已生效的写入会先回读确认，再决定是否重发。',
      remedy: '如果持续出现，请检查到 Authing 的网络（代理、防火墙），并查看 Authing 的服务状态。',
    },
  },
  TARGET_CERTIFICATE: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The certificate shown for Authing at {address} is not trusted ({vendorCode}).',
      means:
        'Somebody may stand between this machine and the vendor, or a private deployment uses its own certificate authority; nothing was sent.',
      remedy:
        'For a private deployment, add its certificate authority to the connection. If a proxy opens encrypted traffic, except this host from it. Also check the clock of this machine.',
    },
    zh: {
      what: 'Authing（{address}）出示的证书不受信任（{vendorCode}）。',
      means: '可能有设备在中间拦截流量，或私有化部署使用了自有 CA；程序未发送任何内容。',
      remedy:
        '如为私有化部署，请将其 CA 证书添加到连接中；如果代理会解密流量，请将该域名排除。另请检查本机时间是否准确。',
    },
  },
  TARGET_TLS_FAILED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'No encryption could be agreed with Authing at {address} ({vendorCode}).',
      means:
        'The other end does not speak TLS, or only versions that are no longer safe; nothing was sent.',
      remedy:
        'Check that the address of Authing in the connection begins with "https://" and has the right port, and that no device on the way alters the traffic.',
    },
    zh: {
      what: '无法与 Authing（{address}）协商加密连接（{vendorCode}）。',
      means: '对方不支持 TLS，或仅支持已不安全的版本；程序未发送任何内容。',
      remedy:
        '请检查连接中的 Authing 地址是否以“https://”开头、端口是否正确，并确认途中没有设备改动流量。',
    },
  },
  TARGET_CONNECTION_BROKEN: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'The connection to Authing broke off during {interface}.',
      means:
        'Nothing is lost; a write that may have happened is read back before anything is sent again.',
      remedy:
        'Nothing has to be done. If it happens often, check the proxy and the network between this machine and Authing.',
    },
    zh: {
      what: '调用接口 {interface} 时，与 Authing 的连接中断。',
      means: '数据不会丢失；可能已生效的写入会先回读确认，再决定是否重发。',
      remedy: '无需任何操作。如果频繁出现，请检查代理以及本机到 Authing 之间的网络。',
    },
  },
  TARGET_REPLY_TOO_LARGE: {
    kind: 'transient',
    who: 'operator',
    en: {
      what: 'The reply of Authing to {interface} is larger than any real one.',
      means:
        'It was cut off to protect the memory of this machine; the call is tried again by itself.',
      remedy:
        "If it lasts, report the interface: something on the way may answer in the vendor's place.",
    },
    zh: {
      what: 'Authing 对接口 {interface} 的应答超出了合理大小。',
      means: '为保护本机内存，已中止接收；程序会自动重试。',
      remedy: '如果持续出现，请反馈该接口名称：可能有其他设备代替服务方应答。',
    },
  },
});
