/** What the desk says of products that it signs off, and of their opening registers. */
import { defineWords } from "../../i18n/words";

export const words = defineWords(
  "office-products",
  {
    title: "产品",
    intro: "平台拟开放的产品须先由贵公司签署条款，再由贵公司提交签名的期初名册，然后平台开放交易。",
    toSign: "待签署：{{name}}",
    signAdvice:
      "请与信托文件逐项核对。签署即表示贵公司认可以上全部条款；签署后不能撤回，条款也不能再改。一名经办人即可签署。如条款有误，请勿签署，并联系平台换一个代码重新创建。",
    digest: "条款摘要（SHA-256）",
    digestAdvice: "签署的就是这一摘要：条款有任何不同，摘要就不同，平台会拒绝。",
    hasRead: "我已与信托文件逐项核对，条款无误",
    sign: "签署条款",
    signed: "已签署：{{name}}。下一步：提交期初名册。",
    none: "没有待签署的产品",
    noneAdvice: "平台创建了须由贵公司签署的产品后，会显示在这里。",
    toPost: "待载入期初名册：{{name}}",
    postedAlready: "名册已载入，共 {{units}} 份。等待平台开放交易，无须再做什么。",
    postAdvice:
      "文件为 CSV 或 XLSX，按产品列明每位持有人及其合同与份额；须用贵公司在平台登记的 Ed25519 密钥对文件原样字节签名。先预检，无误再载入；全部行一起载入，或全部不载入。",
    file: "名册文件",
    choose: "选择文件",
    signature: "签名（Base64）",
    signatureAdvice: "由贵公司系统生成，88 个字符。页面没有密钥，也不会代签。",
    preview: "预检",
    post: "载入名册",
    sound: "文件无误：{{rows}} 行，合计 {{units}} 份。",
    soundUnsigned:
      "文件无误（{{rows}} 行，合计 {{units}} 份），但签名不是贵公司已登记密钥所签，不能载入。",
    faulty: "文件有 {{count}} 处错误，未载入：",
    line: "第 {{line}} 行",
    wholeFile: "整个文件",
    otherProduct: "文件是 {{symbol}} 的，不是此产品的。",
    posted: "已载入 {{rows}} 行，名册共 {{units}} 份。",
    all: "全部产品",
    symbol: "代码",
    name: "名称",
    state: "状态",
    units: "发行份额",
    maturity: "到期日",
  },
  {
    title: "Products",
    intro:
      "Before a product is opened you sign its terms off, and hand in its opening register in a " +
      "signed file; then the venue opens it.",
    toSign: "To be signed off: {{name}}",
    signAdvice:
      "Compare each term with the deed. To sign off is to stand by all of them: it cannot be " +
      "taken back, and they cannot be changed. One officer does it. If a term is wrong, do not " +
      "sign, and ask the venue to create the product anew under another symbol.",
    digest: "Digest of the terms (SHA-256)",
    digestAdvice:
      "This is what you sign off: were any term another, so were the digest, and it is refused.",
    hasRead: "I have compared all of this with the deed, and it is right",
    sign: "Sign the terms off",
    signed: "Signed off: {{name}}. Next comes its opening register.",
    none: "No product waits to be signed off",
    noneAdvice: "What the venue creates for you to sign off shows here.",
    toPost: "Opening register: {{name}}",
    postedAlready:
      "The register has {{units}} units. The venue opens the product next; there is nothing more " +
      "to do.",
    postAdvice:
      "A CSV or XLSX file with each holder, his contract and units, and a signature over its " +
      "bytes by an Ed25519 key that is registered for you. Check it first: all rows are posted, " +
      "or none.",
    file: "File of the register",
    choose: "Choose a file",
    signature: "Signature (Base64)",
    signatureAdvice: "Your own system makes it: 88 characters. No page has your key.",
    preview: "Check it",
    post: "Post the register",
    sound: "Nothing is wrong with it: {{rows}} rows, {{units}} units in all.",
    soundUnsigned:
      "Nothing is wrong with it ({{rows}} rows, {{units}} units in all), but the signature is of " +
      "none of your registered keys: it cannot be posted.",
    faulty: "Nothing was posted: {{count}} faults.",
    line: "Line {{line}}",
    wholeFile: "The file",
    otherProduct: "The file is of {{symbol}}, and not of this product.",
    posted: "{{rows}} rows are posted; the register has {{units}} units.",
    all: "All products",
    symbol: "Symbol",
    name: "Name",
    state: "State",
    units: "Units issued",
    maturity: "Maturity",
  },
);
