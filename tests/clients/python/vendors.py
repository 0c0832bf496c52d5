"""What vendors' Python libraries sign, seal and accept: one JSON document on standard input, one on
standard output. The test says what to do; nothing is sent from here."""

import base64
import hashlib
import json
import os
import sys


def wechat(asked):
    """wechatpy seals and signs a push."""
    from wechatpy.crypto import WeChatCrypto
    from wechatpy.utils import WeChatSigner
    import xmltodict

    crypto = WeChatCrypto(asked["token"], asked["key"], asked["app"])
    sealed = xmltodict.parse(crypto.encrypt_message(asked["message"], asked["nonce"], asked["timestamp"]))["xml"]
    signer = WeChatSigner()
    signer.add_data(asked["token"], asked["timestamp"], asked["nonce"])
    return {"encrypt": sealed["Encrypt"], "msg_signature": sealed["MsgSignature"], "signature": signer.signature}


def dingtalk_seal(asked):
    """dingtalk-sdk seals and signs an event."""
    from dingtalk.crypto import DingTalkCrypto

    crypto = DingTalkCrypto(asked["token"], asked["key"], asked["owner"])
    return crypto.encrypt_message(asked["message"], asked["nonce"], asked["timestamp"])


def dingtalk_open(asked):
    """dingtalk-sdk opens an answer, or says that it is not genuine."""
    from dingtalk.crypto import DingTalkCrypto

    crypto = DingTalkCrypto(asked["token"], asked["key"], asked["owner"])
    answer = asked["answer"]
    sealed = json.dumps({"encrypt": answer["encrypt"]})
    return {"opened": crypto.decrypt_message(sealed, answer["msg_signature"], answer["timeStamp"], answer["nonce"])}


def feishu(asked):
    """lark-oapi has no sealing half: sealed by the documented formula, and the library's own dispatcher
    must take it (and must not take what was tampered with)."""
    import lark_oapi as lark
    from Crypto.Cipher import AES
    from lark_oapi.core.model import RawRequest

    plain = json.dumps(asked["event"]).encode()
    plain += bytes([16 - len(plain) % 16]) * (16 - len(plain) % 16)
    iv = os.urandom(16)
    cipher = AES.new(hashlib.sha256(asked["key"].encode()).digest(), AES.MODE_CBC, iv)
    body = json.dumps({"encrypt": base64.b64encode(iv + cipher.encrypt(plain)).decode()})
    stamp, nonce = asked["timestamp"], asked["nonce"]
    signature = hashlib.sha256((stamp + nonce + asked["key"] + body).encode()).hexdigest()
    headers = {"X-Lark-Request-Timestamp": stamp, "X-Lark-Request-Nonce": nonce, "X-Lark-Signature": signature}
    seen = []
    handler = (
        lark.EventDispatcherHandler.builder(asked["key"], asked["token"])
        .register_p2_im_message_receive_v1(lambda event: seen.append(event))
        .build()
    )

    def taken(sent):
        request = RawRequest()
        request.uri, request.headers, request.body = "/", headers, sent.encode()
        return handler.do(request).status_code == 200

    tampered = body.replace('{"encrypt": "', '{"encrypt":"')
    return {"headers": headers, "body": body, "tampered": tampered, "taken": [taken(body), taken(tampered)], "seen": len(seen)}


def wechat_pay(asked):
    """wechatpayv3's own signer signs, its own verifier and opener agree."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from wechatpayv3.utils import aes_decrypt, load_private_key, load_public_key, rsa_sign, rsa_verify

    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    text = json.dumps(asked["payment"])
    sealed = base64.b64encode(AESGCM(asked["key"].encode()).encrypt(b"abcdefghijkl", text.encode(), b"transaction")).decode()
    resource = {"algorithm": "AEAD_AES_256_GCM", "ciphertext": sealed, "nonce": "abcdefghijkl", "associated_data": "transaction"}
    body = json.dumps({"id": "EV-PY", "event_type": "TRANSACTION.SUCCESS", "resource_type": "encrypt-resource", "summary": "paid", "resource": resource})
    stamp, nonce = asked["timestamp"], "n1"
    signature = rsa_sign(load_private_key(private), f"{stamp}\n{nonce}\n{body}\n")
    tampered = body.replace('"paid"', '"PAID"')
    verified = [rsa_verify(stamp, nonce, sent, signature, load_public_key(public)) for sent in (body, tampered)]
    opened = aes_decrypt("abcdefghijkl", sealed, "transaction", asked["key"])
    headers = {"wechatpay-timestamp": stamp, "wechatpay-nonce": nonce, "wechatpay-signature": signature}
    return {"public": public, "headers": headers, "body": body, "tampered": tampered, "verified": verified, "opened": opened == text}


# Libraries log to standard output.
answer, sys.stdout = sys.stdout, sys.stderr
vendors = {"wechat": wechat, "dingtalk_seal": dingtalk_seal, "dingtalk_open": dingtalk_open, "feishu": feishu, "wechat_pay": wechat_pay}
json.dump(vendors[sys.argv[1]](json.load(sys.stdin)), answer)
