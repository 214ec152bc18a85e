"""Wheels of a package called small, as the package index has them of real frameworks."""
import base64
import hashlib
import zipfile


def wheel(folder, version, files):
    """A wheel of these files."""
    path = folder / f"small-{version}-py3-none-any.whl"
    info = f"small-{version}.dist-info"
    files = {**files, "small/__init__.py": f'__version__ = "{version}"\n',
             f"{info}/METADATA": f"Metadata-Version: 2.1\nName: small\nVersion: {version}\n",
             f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    hashes = {name: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
              for name, text in files.items()}
    record = "".join(f"{name},sha256={hashes[name]},{len(files[name])}\n" for name in files) + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, text)
    return path
