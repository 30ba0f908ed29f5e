"""Chromium without a window, driven through chromedriver with the WebDriver protocol."""
import base64
import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request


class Browser:
    """One browser."""

    def __init__(self, log):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=log, text=True)
        self.base = f"http://127.0.0.1:{self._port()}"
        # Chromium refuses to make a sandbox for root.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        options = {
            "args": ["--headless=new", *sandbox, "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
            "perfLoggingPrefs": {"enableNetwork": True},
        }
        capabilities = {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        answer = self._request("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.base += f"/session/{answer['sessionId']}"

    def _port(self):
        for line in self.driver.stdout:
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                return found.group(1)
        raise RuntimeError("chromedriver does not start")

    def _request(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from error

    def close(self):
        try:
            self._request("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(10)

    # Pages

    @staticmethod
    def address(path):
        return f"file://{urllib.request.pathname2url(str(path))}"

    def open(self, path):
        self.entries("browser"), self.entries("performance")
        self._request("POST", "/url", {"url": self.address(path)})
        time.sleep(0.2)

    def run(self, script, *arguments):
        return self._request("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def entries(self, kind):
        """The entries of a log since the last call."""
        return self._request("POST", "/se/log", {"type": kind})

    def requests(self):
        """The addresses that the page has asked for since it was opened."""
        messages = [json.loads(entry["message"])["message"] for entry in self.entries("performance")]
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]

    # DevTools

    def devtools(self, command, **parameters):
        return self._request("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def resize(self, width, height=900, scale=1):
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=width < 600)

    def media(self, kind="", scheme="light"):
        self.devtools(
            "Emulation.setEmulatedMedia", media=kind, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path, limit=6000):
        """The whole page, down to `limit` pixels."""
        width, height = self.run("return [innerWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, limit), "scale": 1}
        shot = self.devtools("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self):
        return base64.b64decode(self.devtools("Page.printToPDF", preferCSSPageSize=True)["data"])
