using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Assay.Governance.Access.Accounts;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Scim;

/// <summary>What a directory may say about a person, and how a person is shown to it. Attributes that nothing here uses are not kept.</summary>
internal sealed record ScimUser(string UserName, string DisplayName, string? Email, string? ExternalId, bool Active)
{
    public const string Schema = "urn:ietf:params:scim:schemas:core:2.0:User";

    /// <exception cref="Refusal">An attribute can't be taken.</exception>
    public static ScimUser Read(JsonObject body)
    {
        var userName = ScimJson.Text(body, "userName", 200)?.ToLowerInvariant();
        if (userName is null || !PersonName.Fits(userName))
            throw Refusal.Invalid("userName", PersonName.Remedy);
        var email = EmailOf(body);
        if (email is not null && !new EmailAddressAttribute().IsValid(email))
            throw Refusal.Invalid("emails", $"'{email}' is no e-mail address.");
        return new(userName, NameOf(body) ?? userName, email, ScimJson.Text(body, "externalId", 200), ScimJson.Flag(body, "active") ?? true);
    }

    public static JsonObject Show(HttpContext http, Person person)
    {
        var user = ScimJson.Object();
        user["schemas"] = new JsonArray(Schema);
        user["id"] = person.Id;
        if (person.ExternalId is not null)
            user["externalId"] = person.ExternalId;
        user["userName"] = person.UserName;
        user["displayName"] = person.DisplayName;
        var name = ScimJson.Object();
        name["formatted"] = person.DisplayName;
        user["name"] = name;
        user["active"] = person.Active;
        var emails = new JsonArray();
        if (person.Email is not null)
        {
            var email = ScimJson.Object();
            (email["value"], email["type"], email["primary"]) = (person.Email, "work", true);
            emails.Add(email);
        }

        user["emails"] = emails;
        return ScimResource.WithMeta(http, user, "User", person.CreatedAt);
    }

    /// <summary>Makes the person as the directory says.</summary>
    public void Write(Person person) =>
        (person.UserName, person.DisplayName, person.Email, person.ExternalId, person.Active) = (UserName, DisplayName, Email, ExternalId, Active);

    private static string? NameOf(JsonObject body)
    {
        var display = ScimJson.Text(body, "displayName", 200);
        var (given, family) = (ScimJson.Text(body["name"], "givenName", 100), ScimJson.Text(body["name"], "familyName", 100));
        var parts = given is null && family is null ? null : $"{given} {family}".Trim();
        return display ?? ScimJson.Text(body["name"], "formatted", 200) ?? parts;
    }

    // The primary one, else the first.
    private static string? EmailOf(JsonObject body)
    {
        if (body["emails"] is not JsonArray emails)
            return null;
        var known = emails.OfType<JsonObject>().ToList();
        var one = known.FirstOrDefault(email => ScimJson.Flag(email, "primary") == true) ?? known.FirstOrDefault();
        return ScimJson.Text(one, "value", 320);
    }
}
