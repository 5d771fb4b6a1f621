using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class MonitorChoices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "calls_json",
                table: "monitoring_windows",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "digest",
                table: "monitoring_windows",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "filling",
                table: "monitoring_windows",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "choices_json",
                table: "monitoring_settings",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "calls_json",
                table: "monitoring_open_windows",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "refused",
                table: "monitoring_open_windows",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "calls_json",
                table: "monitoring_windows");

            migrationBuilder.DropColumn(
                name: "digest",
                table: "monitoring_windows");

            migrationBuilder.DropColumn(
                name: "filling",
                table: "monitoring_windows");

            migrationBuilder.DropColumn(
                name: "choices_json",
                table: "monitoring_settings");

            migrationBuilder.DropColumn(
                name: "calls_json",
                table: "monitoring_open_windows");

            migrationBuilder.DropColumn(
                name: "refused",
                table: "monitoring_open_windows");
        }
    }
}
