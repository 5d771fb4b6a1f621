using System.Collections.Concurrent;
using System.Text.Json;
using Assay.EndToEnd.Console;
using Assay.EndToEnd.Processes;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(QuickstartedServer))]

namespace Assay.EndToEnd.Console;

/// <summary>A server that quickstart has filled, and a browser that is signed in to it. Made once, by the first test that asks.</summary>
public sealed class QuickstartedServer : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<string, Windows> _windows = [];   // of each test class, whose tests run one after the other
    private readonly TemporaryFolder _folder = new();
    private AssayProcess? _process;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string? _session;
    private bool _tried;

    /// <summary>Address of the console, without a slash at its end.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The link that signed the shared session in; it is used up.</summary>
    public string UsedLink { get; private set; } = "";

    /// <summary>The administrator's token.</summary>
    public string Token => File.ReadAllText(Path.Combine(_folder.Home, "admin-token")).Trim();

    /// <summary>What quickstart reported.</summary>
    public JsonElement Report { get; private set; }

    /// <summary>A fresh window that knows nobody.</summary>
    public async Task<IPage> OpenAsGuest(int width = 1280, bool dark = false) => await Open(width, dark, null);

    /// <summary>A window that is signed in as administrator.</summary>
    public async Task<IPage> OpenSignedIn(int width = 1280, bool dark = false)
    {
        await Ready();
        return await Open(width, dark, _session);
    }

    private async Task<IPage> Open(int width, bool dark, string? session)
    {
        await Ready();
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            TimezoneId = "Europe/Vienna",
            StorageState = session,
        });
        await Keep(context);
        return await context.NewPageAsync();
    }

    // Windows that nobody looks at any more would go on drawing what the server tells them.
    private async Task Keep(IBrowserContext context)
    {
        var (current, test) = (TestContext.Current, TestContext.Current.Test!.UniqueID);
        var windows = _windows.GetOrAdd(current.TestClass!.UniqueID, _ => new());
        if (windows.Test != test)
        {
            foreach (var left in windows.Open)
                await left.CloseAsync();
            windows.Open.Clear();
            windows.Test = test;
        }

        windows.Open.Add(context);
    }

    /// <summary>Starts server and browser, unless somebody did.</summary>
    public async Task Ready()
    {
        Chromium.SkipUnlessInstalled();
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_session is not null)
                return;
            Assert.False(_tried, "The server or the browser did not start; the first test of this class says why.");
            _tried = true;
            await StartServer();
            _playwright = await Playwright.CreateAsync();
            _browser = await Chromium.Launch(_playwright);
            await using var context = await _browser.NewContextAsync();
            var page = await context.NewPageAsync();
            await page.GotoAsync(UsedLink);
            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Overview");
            _session = await context.StorageStateAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task StartServer()
    {
        var table = _folder.WriteSmallTable();
        _process = AssayProcess.Start(
            "quickstart", "--data", table, "--label", "bought", "--home", _folder.Home, "--port", "0", "--metrics-port", "0", "--json");
        var line = await _process.WaitForLine("signs you in", TimeSpan.FromMinutes(4));
        UsedLink = line[line.IndexOf("http", StringComparison.Ordinal)..].Trim();
        Address = new Uri(UsedLink).GetLeftPart(UriPartial.Authority);
        Report = JsonDocument.Parse(_process.Output).RootElement;
    }

    /// <summary>What axe finds against WCAG A and AA, a line each.</summary>
    public static async Task<IEnumerable<string>> Barriers(IPage page)
    {
        // A notice that is fading away has no fixed colours; it is gone in a few seconds.
        await Assertions.Expect(page.Locator(".mud-snackbar")).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        var found = await page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa"] } });
        return from violation in found.Violations
               from node in violation.Nodes
               select $"{page.Url}: {violation.Help}: {node.Html}";
    }

    /// <summary>Stops the browser and the server.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        _gate.Dispose();
        _folder.Dispose();
    }

    private sealed class Windows
    {
        public List<IBrowserContext> Open { get; } = [];

        public string? Test { get; set; }
    }
}
